/**
 * Hearing of deaths in the event loop, without polling. Each process of a family holds the only
 * writing end of a pipe, its lifeline. Others read it: nothing ever comes, until it ends, because
 * the process did, by whatever means. A thread that waits in its event loop watches all processes
 * of its family, and those who join later tell the watchers.
 */
import { Socket } from "node:net";
import { identityOf } from "../platform/file-identity.ts";
import type { Platform } from "../platform/platform.ts";
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { isAlive } from "./latch.ts";
import { slotAt, slotOf } from "./layout.ts";
import {
  LOOK_AT_FAMILY,
  S_LIFELINE,
  S_LIFELINE_DEVICE,
  S_LIFELINE_INODE,
  S_PID,
  S_PROCESS,
  S_RESCAN,
  S_WATCHES,
  field,
  listed,
  setField,
} from "./slots.ts";

/**
 * How often, and how long apart, one looks again whether a process whose lifeline ended is gone.
 */
const LOOKS = 100;
const LOOK_AGAIN_MS = 5;

export class Lifelines {
  readonly #arena: Arena;
  readonly #platform: Platform;
  readonly #self: number;
  readonly #onDeath: (id: number) => void;
  readonly #watched = new Map<number, Socket>();
  #stopped = false;

  /** @param self the id of the thread that watches */
  constructor(arena: Arena, platform: Platform, self: number, onDeath: (id: number) => void) {
    this.#arena = arena;
    this.#platform = platform;
    this.#self = self;
    this.#onDeath = onDeath;
  }

  /**
   * Makes the lifeline of this process, whose slot has the id `process`, before it goes live.
   * Returns its ends: no other process may have the writing one.
   */
  static make(arena: Arena, platform: Platform, process: number): number[] {
    const { readFd, writeFd } = platform.makePipe();
    const { device, inode } = identityOf(readFd);
    setField(arena, process, S_LIFELINE_INODE, inode);
    setField(arena, process, S_LIFELINE_DEVICE, device);
    setField(arena, process, S_LIFELINE, readFd);
    return [readFd, writeFd];
  }

  /** Tells all who watch that a process joined. */
  static announce(arena: Arena): void {
    for (const id of listed(arena)) {
      if (field(arena, id, S_WATCHES) === 0) continue;
      atomics.or(arena.words, slotAt(slotOf(id)) + S_RESCAN, LOOK_AT_FAMILY);
      arena.bells.ring(id);
    }
  }

  /** Watches every process of the family that is not watched yet. */
  watchAll(): void {
    if (this.#stopped) return;
    // Say so first and look second: who joins in between either is seen or tells us.
    setField(this.#arena, this.#self, S_WATCHES, 1);
    for (const id of listed(this.#arena)) {
      if (field(this.#arena, id, S_PROCESS) !== slotOf(id)) continue;
      if (slotOf(id) !== field(this.#arena, this.#self, S_PROCESS)) this.#watch(id);
    }
  }

  #watch(id: number): void {
    if (this.#watched.has(id)) return;
    const line = field(this.#arena, id, S_LIFELINE);
    const identity = {
      device: field(this.#arena, id, S_LIFELINE_DEVICE),
      inode: field(this.#arena, id, S_LIFELINE_INODE),
    };
    const pid = field(this.#arena, id, S_PID);
    const fd = this.#platform.openPeerPipe(pid, line, identity, "read");
    if (fd === null) return void setImmediate(() => this.#ended(id, LOOKS));
    const socket = new Socket({ fd, readable: true, writable: false });
    this.#watched.set(id, socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      this.#watched.delete(id);
      this.#ended(id, LOOKS);
    });
    socket.resume();
    socket.unref();
  }

  /** The kernel closes a dying process's files one by one: it may take a moment until all are. */
  #ended(id: number, looks: number): void {
    if (!isAlive(this.#arena, id)) return this.#onDeath(id);
    if (looks > 0) setTimeout(() => this.#ended(id, looks - 1), LOOK_AGAIN_MS).unref();
  }

  /** In a forked child: the slot that says who watches is its parent's. */
  stop(): void {
    this.#stopped = true;
    for (const socket of this.#watched.values()) socket.removeAllListeners("close").destroy();
    this.#watched.clear();
  }
}
