/**
 * An arena: one shared memory in which everything shareable of this library lives, as offsets.
 *
 * Between the threads of one process it is a plain SharedArrayBuffer, on any system and without
 * native code. Between the processes of a family it is a SharedArrayBuffer too, whose pages are a
 * memory file. What differs is only how one sleeps on a word, and how one knows who is alive: the
 * two parts that an arena is made with. Its buffer never reaches user code.
 */
import { atomics } from "./atomics.ts";
import {
  ARENA_BYTES,
  FIRST_SUPERBLOCK,
  H_HIGH,
  H_MAGIC,
  H_SUPERBLOCKS,
  H_VERSION,
  MAGIC,
  SUPERBLOCK_BYTES,
  TABLE_AT,
  VERSION,
} from "./layout.ts";

/** How threads sleep on a word of the arena and are woken. */
export interface Sleeper {
  /** Sleeps while the word is `expected`, at most `timeoutMs`; may return for no reason. */
  sleep(index: number, expected: number, timeoutMs: number): void;
  wake(index: number, count: number): void;
}

/** How one knows whether the thread that took a slot still runs. */
export interface Life {
  isAlive(slot: number): boolean;
}

/** How one wakes the event loop of another thread. */
export interface Bells {
  /** Makes the loop of the thread `id` look at its ready records, if it said that it sleeps. */
  ring(id: number): void;
  /** Lets go of whatever was kept to ring those whose lives are over. */
  forgetDead(): void;
  /** Calls `onRing` in this thread's loop whenever its bell was rung. */
  listen(id: number, onRing: () => void): Listening;
}

/** One thread's listening to its bell. */
export interface Listening {
  /** Says that the loop sleeps, so that the next ring is heard. */
  arm(): void;
  /** While held, the loop stays alive for the bell. */
  hold(held: boolean): void;
  /**
   * A descriptor that can be read once it was rung, for a thread that sleeps on descriptors instead
   * of in its loop; null where there is none.
   */
  readonly descriptor: number | null;
  /** Takes the ring off the descriptor: whoever sleeps on it heard it. */
  quiet(): void;
  /** A process joined, whose death is to be heard of too. */
  familyGrew(): void;
  /** In a forked child that keeps it: what it had begun with the event loop is gone there. */
  startAnew?(): void;
  /** Ends it in a forked child, whose parent goes on listening: nothing shared is changed. */
  stop(): void;
}

export type Reach = "thread" | "process";

/** What differs between an arena of threads and one of processes. */
export interface ArenaParts {
  readonly sleeper: Sleeper;
  readonly life: Life;
  readonly bells: Bells;
}

export class Arena {
  readonly words: Int32Array;
  readonly bytes: Buffer;
  readonly reach: Reach;
  readonly sleeper: Sleeper;
  readonly life: Life;
  readonly bells: Bells;
  readonly superblocks: number;

  /** Over memory that is an arena already, or zeros that `format` makes one. */
  constructor(buffer: SharedArrayBuffer, reach: Reach, parts: (arena: Arena) => ArenaParts) {
    // With a length: without one, V8 asks a growable buffer for it at each access.
    this.words = new Int32Array(buffer, 0, buffer.byteLength / 4);
    this.bytes = Buffer.from(buffer);
    this.reach = reach;
    ({ sleeper: this.sleeper, life: this.life, bells: this.bells } = parts(this));
    this.superblocks = Math.floor(buffer.byteLength / SUPERBLOCK_BYTES);
  }

  /** Writes the header; the rest of a new arena is zeros, which all mean free. */
  format(): void {
    const { words } = this;
    atomics.store(words, H_VERSION, VERSION);
    atomics.store(words, H_SUPERBLOCKS, this.superblocks);
    // Another thread that found the memory new may use it already.
    atomics.compareExchange(words, H_HIGH, 0, FIRST_SUPERBLOCK);
    atomics.store(words, H_MAGIC, MAGIC);
  }

  /** @throws Error when the memory is no arena of this version */
  verify(): void {
    const { words } = this;
    const magic = atomics.load(words, H_MAGIC);
    const version = atomics.load(words, H_VERSION);
    if (magic === MAGIC && version === VERSION) return;
    throw new Error(
      `shared memory of another kind or version (${magic}/${version} instead of ` +
        `${MAGIC}/${VERSION}): parent and child must run the same version of manyhands`,
    );
  }

  /** The position in the superblock table of superblock `number`. */
  tableAt(number: number): number {
    return TABLE_AT + number * 2;
  }
}

/** Zeros for a new arena among threads; the system gives pages only as they are touched. */
export function newThreadMemory(sizeBytes: number = ARENA_BYTES): SharedArrayBuffer {
  for (let size = sizeBytes; ; size /= 4) {
    try {
      return new SharedArrayBuffer(size);
    } catch (error) {
      if (size <= 16 * SUPERBLOCK_BYTES) throw error;
    }
  }
}
