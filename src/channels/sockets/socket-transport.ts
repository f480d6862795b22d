/**
 * A connection's end over a socket: messages that came wait here, and those who wait for one.
 *
 * Back-pressure: past `AHEAD_BYTES` of unread messages nothing more is read, so the kernel's
 * buffers fill and the other side's messages wait there; past as many bytes that wait to be written
 * a sender waits. One message always fits.
 */
import { Deadline, type SyncWait, timeAllowed } from "../../core/deadline.ts";
import { sleepUntilReady } from "../../core/descriptor-io.ts";
import type { LoopWait } from "../../core/pending-wait.ts";
import { UnsupportedPlatformError } from "../../errors.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { LOST } from "../lanes/lane.ts";
import { NOTHING, OVER, TAKEN } from "../lanes/lane-reader.ts";
import { LoopTurns, NOT_YET } from "./loop-turns.ts";
import type { Draft, Incoming } from "../messages/message.ts";
import { ADDED, FULL, SHUT } from "../lanes/queue-store.ts";
import type { LinkEvents, SocketLink } from "./socket-link.ts";
import { flushUnsent, unsentRequests } from "../connections/unsent-streams.ts";
import type { Transport } from "../connections/transport.ts";

const AHEAD_BYTES = 2 ** 20;
const NO_BYTES: Buffer = Buffer.alloc(0);

export class SocketTransport implements Transport, LinkEvents {
  readonly name: string;
  readonly readable = true;
  readonly writable = true;
  readonly #link: SocketLink;
  /** Messages that came; those before `#next` are taken. */
  #inbox: Buffer[] = [];
  #next = 0;
  #unreadBytes = 0;
  #paused = false;
  #over = false;
  #closed = false;
  #held = false;
  #failure: Error | undefined;
  readonly #readers: LoopTurns;
  readonly #writers: LoopTurns;

  constructor(name: string, link: SocketLink) {
    this.name = name;
    this.#link = link;
    const onChange = (): void => this.#hold();
    this.#readers = new LoopTurns(onChange);
    this.#writers = new LoopTurns(onChange);
    link.open(this);
  }

  /** It keeps the program alive while somebody waits for it, unless that is done quietly. */
  #hold(): void {
    this.#link.hold(this.#held || this.#readers.hold || this.#writers.hold);
  }

  hold(on: boolean): void {
    this.#held = on;
    this.#hold();
  }

  /** @internal */
  onMessage(bytes: Buffer, from: number, to: number): void {
    this.#inbox.push(bytes.subarray(from, to));
    this.#unreadBytes += to - from;
    this.#readers.serve();
    if (this.#unreadBytes > AHEAD_BYTES && !this.#paused) {
      this.#paused = true;
      this.#link.pause();
    }
  }

  /** @internal */
  onEnd(failure: Error | undefined): void {
    this.#over = true;
    this.#failure = failure;
    this.#readers.serve();
    this.#writers.serve();
  }

  /** @internal */
  onDrain(): void {
    this.#writers.serve();
  }

  add(draft: Draft, wait: LoopWait): Promise<number> | null {
    if (this.#writers.size === 0) {
      const outcome = this.#add(draft);
      if (outcome === ADDED) return null;
      if (outcome !== FULL) return Promise.resolve(outcome);
    }
    const kept = draft.kept();
    const attempt = (): number => {
      const outcome = this.#add(kept);
      return outcome === FULL ? NOT_YET : outcome;
    };
    return this.#writers.wait(attempt, FULL, wait);
  }

  #add(draft: Draft): number {
    if (this.#closed) return LOST;
    if (this.#over || this.#link.unwritable) return SHUT;
    if (this.#link.queuedBytes > AHEAD_BYTES) return FULL;
    this.#link.send(draft);
    return this.#link.unwritable ? SHUT : ADDED;
  }

  /** A message once begun goes on its way; the thread waits until all of it is written. */
  addSync(draft: Draft, timeoutMs: number): number {
    if (!this.#link.blocks) throw blockingUnsupported();
    const deadline = new Deadline(timeoutMs);
    const enough = this.#link.queuedBytes === 0 ? 0 : AHEAD_BYTES;
    if (!this.#sleepUntil(() => this.#outgoingAtMost(enough), deadline)) return FULL;
    const outcome = this.#add(draft);
    if (outcome !== ADDED) return outcome;
    this.#sleepUntil(() => this.#outgoingAtMost(0), deadline);
    return ADDED;
  }

  #outgoingAtMost(bytes: number): boolean {
    return this.#link.queuedBytes <= bytes || this.#over || this.#link.unwritable;
  }

  tryTake(incoming: Incoming): number {
    if (this.#closed) return LOST;
    if (this.#isEmpty && !this.#over) this.#link.pump();
    return this.#take(incoming);
  }

  #take(incoming: Incoming): number {
    if (this.#closed) return LOST;
    if (this.#isEmpty) return this.#ended();
    const bytes = this.#inbox[this.#next]!;
    this.#inbox[this.#next++] = NO_BYTES;
    if (this.#next === this.#inbox.length) {
      this.#inbox = [];
      this.#next = 0;
    }
    incoming.bytes = bytes;
    incoming.length = bytes.length;
    this.#unreadBytes -= bytes.length;
    if (this.#paused && this.#unreadBytes <= AHEAD_BYTES / 2 && !this.#over) {
      this.#paused = false;
      this.#link.resume();
    }
    return TAKEN;
  }

  #ended(): number {
    if (!this.#over) return NOTHING;
    if (this.#failure !== undefined) throw this.#failure;
    return OVER;
  }

  get #isEmpty(): boolean {
    return this.#next === this.#inbox.length;
  }

  take(incoming: Incoming, wait: LoopWait): Promise<number> {
    const attempt = (): number => {
      const outcome = this.#take(incoming);
      return outcome === NOTHING ? NOT_YET : outcome;
    };
    return this.#readers.wait(attempt, NOTHING, wait);
  }

  takeSync(incoming: Incoming, timeoutMs: number): number {
    this.#sleepUntil(() => this.hasNews, new Deadline(timeoutMs));
    return this.#take(incoming);
  }

  async ready(wait: LoopWait): Promise<boolean> {
    if (this.readySync({ timeoutMs: 0 })) return true;
    const look = (): boolean | typeof NOT_YET => this.hasNews || NOT_YET;
    return this.#readers.wait(look, false, wait);
  }

  readySync(wait: SyncWait): boolean {
    return this.#sleepUntil(() => this.hasNews, new Deadline(timeAllowed(wait)));
  }

  get hasNews(): boolean {
    return !this.#isEmpty || this.#over || this.#closed;
  }

  /** What a blocking wait for this and other things sleeps on. */
  get pollRequest(): PollRequest {
    return this.#link.pollRequest;
  }

  /** Blocks the thread until it is so; false when the time ran out. */
  #sleepUntil(isSo: () => boolean, deadline: Deadline): boolean {
    for (;;) {
      if (isSo()) return true;
      this.#link.pump();
      if (isSo()) return true;
      if (deadline.passed) return false;
      if (!this.#link.blocks) throw blockingUnsupported();
      sleepUntilReady([this.#link.pollRequest, ...unsentRequests()], deadline.remainingMs);
      flushUnsent();
    }
  }

  close(): void {
    this.#closed = true;
    this.#inbox = [];
    this.#next = 0;
    this.#readers.serve();
    this.#writers.serve();
    this.#link.close();
  }
}

/** Why a call cannot block on a socket here. */
export const blockingUnsupported = (): UnsupportedPlatformError =>
  new UnsupportedPlatformError(
    "blocking on a socket needs native calls, which are not available here; " +
      "await the form without Sync",
  );
