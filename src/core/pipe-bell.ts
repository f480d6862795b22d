/**
 * Waking event loops across processes: each thread that waits in its loop has a pipe, which its
 * loop reads, and whose number stands in its slot. To ring is to write one byte into it; once,
 * until the loop says again that it sleeps. A pipe of another process is opened through that
 * process, checked to be the one that the slot names, and kept open for the next ring.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { Socket, type SocketConstructorOpts } from "node:net";
import { identityOf } from "../platform/file-identity.ts";
import type { Platform } from "../platform/platform.ts";
import type { Arena, Bells, Listening } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { withSeveralDescriptors } from "./descriptors.ts";
import { slotAt, slotOf } from "./layout.ts";
import { Lifelines } from "./lifelines.ts";
import { isAlive } from "./latch.ts";
import {
  S_ARMED,
  S_BELL,
  S_BELL_DEVICE,
  S_BELL_INODE,
  S_PID,
  field,
  isListed,
  setField,
} from "./slots.ts";

const MOST_OPEN = 64;

export class PipeBells implements Bells {
  readonly #arena: Arena;
  readonly #platform: Platform;
  readonly #onDeath: (id: number) => void;
  /** Open ends of the bells of others, by id; the first opened first. */
  readonly #open = new Map<number, number>();
  #lifelines: Lifelines | undefined;

  /** @param onDeath hears of processes that ended, while this thread waits in its event loop */
  constructor(arena: Arena, platform: Platform, onDeath: (id: number) => void) {
    this.#arena = arena;
    this.#platform = platform;
    this.#onDeath = onDeath;
  }

  ring(id: number): void {
    const at = slotAt(slotOf(id)) + S_ARMED;
    if (atomics.exchange(this.#arena.words, at, 0) !== 1) return;
    // The end that we kept may be of a bell which its thread has replaced since.
    if (this.write(id) || this.write(id) || !isListed(this.#arena, id)) return;
    // No descriptor is left to open it with: whoever rings next may succeed.
    atomics.compareExchange(this.#arena.words, at, 0, 1);
  }

  /** Writes into the pipe of a thread, armed or not; false when that was not possible. */
  write(id: number): boolean {
    const fd = this.#open.get(id) ?? this.#openBell(id);
    if (fd === undefined) return false;
    if (this.#platform.ring(fd)) return true;
    this.#forget(id);
    return false;
  }

  #openBell(id: number): number | undefined {
    const bell = field(this.#arena, id, S_BELL);
    if (bell === 0 || !isListed(this.#arena, id)) return undefined;
    const pid = field(this.#arena, id, S_PID);
    const device = field(this.#arena, id, S_BELL_DEVICE);
    const inode = field(this.#arena, id, S_BELL_INODE);
    const fd = this.#platform.openPeerPipe(pid, bell, { device, inode }, "write");
    if (fd === null) return undefined;
    if (this.#open.size === MOST_OPEN) this.#forget(this.#open.keys().next().value!);
    this.#open.set(id, fd);
    // It may have joined while we did not wait; its death is to close this.
    this.#lifelines?.watchAll();
    return fd;
  }

  forgetDead(): void {
    for (const id of Array.from(this.#open.keys())) {
      // One that is listed still may be dead: another settles it, and tells nobody when.
      if (!isListed(this.#arena, id) || !isAlive(this.#arena, id)) this.#forget(id);
    }
  }

  #forget(id: number): void {
    const fd = this.#open.get(id);
    this.#open.delete(id);
    if (fd !== undefined) closeSync(fd);
  }

  listen(id: number, onRing: () => void): Listening {
    const lifelines = new Lifelines(this.#arena, this.#platform, id, (dead) => {
      this.#onDeath(dead);
      this.forgetDead();
    });
    this.#lifelines = lifelines;
    return new PipeBell(this.#arena, this.#platform, id, lifelines, onRing);
  }
}

/** The pipe behind a bell. What a thread opens here is closed with it, however it ends. */
export class BellPipe {
  readonly readFd: number;
  readonly writeFd: number;
  readonly pid: number = process.pid;

  private constructor(readFd: number, writeFd: number) {
    this.readFd = readFd;
    this.writeFd = writeFd;
  }

  /** @param reopen opens the end to read anew, unless whoever uses it closes it */
  static make(platform: Platform, reopen?: (fd: number) => number): BellPipe {
    return withSeveralDescriptors(() => BellPipe.#make(platform, reopen));
  }

  static #make(platform: Platform, reopen?: (fd: number) => number): BellPipe {
    const made = platform.makePipe();
    let writeFd: number | undefined;
    try {
      writeFd = openSync(`/proc/self/fd/${made.writeFd}`, "w");
      if (reopen === undefined) return new BellPipe(made.readFd, writeFd);
      const readFd = reopen(made.readFd);
      platform.closeFile(made.readFd);
      return new BellPipe(readFd, writeFd);
    } catch (error) {
      platform.closeFile(made.readFd);
      if (writeFd !== undefined) closeSync(writeFd);
      throw error;
    } finally {
      platform.closeFile(made.writeFd);
    }
  }

  /** Says in a thread's slot which pipe is to be rung. */
  announce(arena: Arena, id: number): void {
    const { device, inode } = identityOf(this.writeFd);
    setField(arena, id, S_BELL_INODE, inode);
    setField(arena, id, S_BELL_DEVICE, device);
    setField(arena, id, S_BELL, this.writeFd);
  }

  /** Takes out what ringers wrote. */
  drain(): void {
    try {
      readSync(this.readFd, Buffer.alloc(64));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}

class PipeBell implements Listening {
  readonly #arena: Arena;
  readonly #id: number;
  readonly #lifelines: Lifelines;
  readonly #onRing: () => void;
  readonly #socket: Socket;
  readonly #pipe: BellPipe;
  #watching = false;

  constructor(
    arena: Arena,
    platform: Platform,
    id: number,
    lifelines: Lifelines,
    onRing: () => void,
  ) {
    this.#arena = arena;
    this.#id = id;
    this.#lifelines = lifelines;
    this.#onRing = onRing;
    // A socket closes its descriptor itself.
    this.#pipe = BellPipe.make(platform);
    const onread = { buffer: Buffer.alloc(64), callback: () => this.#heard() };
    // The option exists for all sockets, the types know it for those that connect only.
    const options: SocketConstructorOpts & { onread: typeof onread } = {
      fd: this.#pipe.readFd,
      readable: true,
      writable: false,
      onread,
    };
    this.#socket = new Socket(options);
    this.#socket.on("error", () => {});
    this.#socket.unref();
    this.#pipe.announce(arena, id);
  }

  #heard(): boolean {
    this.#onRing();
    return true;
  }

  familyGrew(): void {
    this.#lifelines.watchAll();
  }

  arm(): void {
    setField(this.#arena, this.#id, S_ARMED, 1);
  }

  get descriptor(): number {
    return this.#pipe.readFd;
  }

  quiet(): void {
    this.#pipe.drain();
  }

  hold(held: boolean): void {
    if (held) this.#socket.ref();
    else this.#socket.unref();
    if (!held || this.#watching) return;
    this.#watching = true;
    this.#lifelines.watchAll();
  }

  stop(): void {
    this.#lifelines.stop();
    this.#socket.destroy();
    closeSync(this.#pipe.writeFd);
  }
}
