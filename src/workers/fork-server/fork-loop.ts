/**
 * What the fork server does for the rest of its life: a plain blocking loop that forks a child per
 * request and buries it. Its own event loop never turns again, so its copies find it in a known
 * state. A request is one message with descriptors:
 *
 *     [control, parent's lifeline, way to this server, family memory, stdin, stdout, stderr, …]
 *
 * Everything else the child reads from its control socket. The server keeps a duplicate of that
 * socket while the child lives; when it has reaped the child it writes the exit record there and
 * closes it, so the parent gets results, exit code and end of stream in one order. The server
 * leaves when all its clients have gone and all children are reaped.
 *
 * A fork and the first moments of a copy, whose memory is all new to the processor, take longer
 * than all that is particular to a child. So once a child has ended, when the server has nothing
 * else to do after a request, it makes a spare one, which goes through those moments and then
 * waits. The server passes the next request on to it, and otherwise it is a child like all others:
 * until then one that nobody asked for.
 */
import { closeSync } from "node:fs";
import type { Parcel, PollRequest, ProcessPlatform } from "../../platform/process-platform.ts";
import { REQUESTS_FD } from "../bootstrap.ts";
import type { Request } from "./child-request.ts";
import { encodeExitRecord, encodeNeverRan } from "../crossing/frames.ts";
import type { SystemCallError } from "../../platform/system-call-error.ts";

/** The first byte of a request that brings the family's memory. */
const WITH_FAMILY = 2;
/** Children tend to end together: whoever waits for the others is not to wait for the server. */
const CALM_MS = 10;
const CALM_AT_LAST_MS = 100; // where one child always follows another

interface Running {
  readonly pid: number;
  /** Becomes readable when the child has died. */
  readonly watch: number;
  /** Negative while it is nobody's child. */
  control: number;
}

interface Spare {
  readonly child: Running;
  /** Where it waits for its request. */
  readonly way: number;
}

/** What a copy of the server is: a child with its request, or a spare with the way of its own. */
export type Copy = { readonly request: Request } | { readonly way: number };

export class ForkLoop {
  readonly #platform: ProcessPlatform;
  readonly #running = new Map<number, Running>();
  /** Exit records that a full socket would not take yet. */
  readonly #records = new Map<number, Uint8Array>();
  #spare: Spare | null = null;
  /** One spare is made for each request, so one that dies again and again does no harm. */
  #spareDue = false;
  /** When a child first ended: workers of pools, who all stay, do not need a spare. */
  #childrenEndSince = Infinity;
  #wasIdle = false;
  #open = true;

  constructor(platform: ProcessPlatform) {
    this.#platform = platform;
  }

  /**
   * Blocks for the life of the server, and returns in each copy. In the server it returns null, and
   * is to be called again, when a child has ended for the first time and all is calm.
   */
  serve(): Copy | null {
    while (this.#open || this.#running.size > 0 || this.#records.size > 0) {
      const ready = this.#platform.poll(this.#awaited(), this.#patience());
      const isIdle = ready.length === 0 && this.#spareDue;
      if (isIdle && !this.#wasIdle) {
        this.#wasIdle = true;
        return null;
      }
      const copy = isIdle ? this.#makeSpare() : this.#serve(ready);
      if (copy !== null) return copy;
    }
    return this.#platform.exitNow(0);
  }

  /** How long to wait for something to do before what is not urgent. */
  #patience(): number {
    if (!this.#spareDue) return Infinity;
    if (this.#wasIdle) return 0;
    return performance.now() - this.#childrenEndSince < CALM_AT_LAST_MS ? CALM_MS : 0;
  }

  #awaited(): PollRequest[] {
    const requests: PollRequest[] = [...this.#running.keys()].map((watch) => ({ fd: watch }));
    for (const fd of this.#records.keys()) requests.push({ fd, write: true });
    if (this.#open) requests.push({ fd: REQUESTS_FD });
    return requests;
  }

  #serve(ready: readonly number[]): Copy | null {
    for (const fd of ready) {
      if (fd === REQUESTS_FD) {
        const copy = this.#take();
        if (copy !== null) return copy;
      } else if (this.#records.has(fd)) this.#deliver(fd, this.#records.get(fd)!);
      else this.#bury(this.#running.get(fd)!);
    }
    return null;
  }

  #take(): Copy | null {
    const parcel = this.#platform.receiveParcel(REQUESTS_FD);
    if (parcel === null) {
      this.#close();
      return null;
    }
    this.#spareDue = this.#childrenEndSince !== Infinity;
    const [control, ...rest] = parcel.descriptors as [number, ...number[]];
    if (!this.#passOn(parcel, control)) {
      const pid = this.#fork();
      if (pid === 0) return { request: requestOf(parcel) };
      if (pid < 0) this.#deliver(control, encodeNeverRan(-pid));
      else this.#watch(pid, control);
    }
    for (const fd of rest) closeSync(fd);
    return null;
  }

  /** Says whether there was a spare that takes the request. */
  #passOn({ bytes, descriptors }: Parcel, control: number): boolean {
    if (this.#spare === null) return false;
    const { child, way } = this.#spare;
    this.#spare = null;
    try {
      this.#platform.sendParcel(way, bytes, descriptors);
      child.control = control;
      return true;
    } catch {
      // It is dead, and its burial due.
      return false;
    } finally {
      closeSync(way);
    }
  }

  #makeSpare(): Copy | null {
    this.#spareDue = false;
    const pair = this.#makePair();
    if (pair === null) return null;
    const [way, itsWay] = pair;
    const pid = this.#fork();
    if (pid === 0) {
      closeSync(way);
      return { way: itsWay };
    }
    closeSync(itsWay);
    if (pid < 0) closeSync(way);
    else this.#spare = { child: this.#watch(pid, -1), way };
    return null;
  }

  /** Null when too many descriptors are open: then there is no spare. */
  #makePair(): [number, number] | null {
    try {
      return this.#platform.socketPair("messages");
    } catch {
      return null;
    }
  }

  /**
   * Answers 0 in the copy, which has nothing of the server and of its siblings any more, and minus
   * the number of the error where there is no room for one.
   */
  #fork(): number {
    let pid: number;
    try {
      pid = this.#platform.fork();
    } catch (error) {
      return -(error as SystemCallError).errno;
    }
    if (pid === 0) this.#forget();
    return pid;
  }

  #watch(pid: number, control: number): Running {
    const child = { pid, watch: this.#platform.openProcess(pid), control };
    this.#running.set(child.watch, child);
    return child;
  }

  #bury(child: Running): void {
    const { pid, watch, control } = child;
    const death = this.#platform.reap(pid, false);
    closeSync(watch);
    this.#running.delete(watch);
    if (this.#spare?.child === child) this.#dismissSpare();
    if (control < 0) return;
    this.#deliver(control, encodeExitRecord(death!.exitCode));
    if (this.#childrenEndSince !== Infinity) return;
    this.#childrenEndSince = performance.now();
    this.#spareDue = this.#open;
  }

  /** It ends when nobody can send it a request any more. */
  #dismissSpare(): void {
    closeSync(this.#spare!.way);
    this.#spare = null;
  }

  #deliver(control: number, record: Uint8Array): void {
    let written: number;
    try {
      written = this.#platform.writeNow(control, record);
    } catch {
      // The parent is gone: nobody wants to know.
      written = record.length;
    }
    if (written < 0) this.#records.set(control, record);
    else {
      this.#records.delete(control);
      closeSync(control);
    }
  }

  #close(): void {
    this.#open = false;
    this.#spareDue = false;
    if (this.#spare !== null) this.#dismissSpare();
  }

  #forget(): void {
    closeSync(REQUESTS_FD);
    for (const { watch, control } of this.#running.values()) {
      closeSync(watch);
      if (control >= 0) closeSync(control);
    }
    for (const control of this.#records.keys()) closeSync(control);
    if (this.#spare !== null) closeSync(this.#spare.way);
  }
}

/** What a copy makes of the message that asks for it. */
export function requestOf({ bytes, descriptors }: Parcel): Request {
  const [control, lifeline, server, ...rest] = descriptors as [number, number, number, ...number[]];
  // Nobody names the family's memory: whoever needs it finds it among the descriptors.
  if (bytes[0] === WITH_FAMILY) rest.shift();
  return { control, lifeline, server, streams: rest.splice(0, 3), extra: rest };
}
