/**
 * A bounded ring of byte messages in an arena: the lane on which everything else travels.
 *
 *   word 0   HEAD     words written so far, modulo 2^32; a message exists once it is below HEAD
 *   word 16  TAIL     words read so far; room exists above HEAD up to TAIL + size
 *   word 32  READERS_WAIT, WRITERS_WAIT   1 when somebody is queued for data, for room
 *   word 36  WRITING, READING   latches, where several write or read
 *   word 40  CLOSED
 *   word 64  data, as `ring-space.ts` lays it out
 *
 * With one writer and one reader neither takes a latch; with several, a latch orders those of one
 * side. A writer that dies half-way has not moved HEAD: nothing is there. A reader that dies
 * half-way has not moved TAIL: the message is there for the next.
 */
import { ClosedError } from "../errors.ts";
import { atomics } from "./atomics.ts";
import { OBJECT_AT, type Handle, checkHandle } from "./blocks.ts";
import { waitBlocking } from "./block-wait.ts";
import { Deadline, type SyncWait, type Wait, timeAllowed } from "./deadline.ts";
import { KIND_RING, registerKind } from "./kinds.ts";
import { dropLatch, takeLatch } from "./latch.ts";
import { loopWaits } from "./loop-waits.ts";
import type { Member } from "./member.ts";
import { RingSpace } from "./ring-space.ts";
import { QUEUED, W_STATE, bucketFor, first, following } from "./queues.ts";
import { latched, notify, notifyAll } from "./wake.ts";
import { TIMED_OUT, WAIT, type Waitable } from "./waitable.ts";

const HEAD = 0;
const TAIL = 16;
const READERS_WAIT = 32;
const WRITERS_WAIT = 33;
const WRITING = 36;
const READING = 37;
const CLOSED = 40;
const SIZE = 41;
const DATA = 64;

const SPINS = 100;
const SHORT = 128;

registerKind(KIND_RING, { name: "ring", shared: true });

/** `one` writer and one reader at a time, or `many` of both. */
export type RingSharing = "one" | "many";

export class Ring {
  readonly #member: Member;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #at: number;
  readonly #space: RingSpace;
  readonly #latches: boolean;
  readonly #readable: Waitable;
  readonly handle: Handle;

  /** Makes a ring whose messages take up to `sizeBytes` (a power of two) together. */
  static create(member: Member, sizeBytes: number): Handle {
    if (sizeBytes < 64 || (sizeBytes & (sizeBytes - 1)) !== 0) {
      throw new RangeError(`a ring's size must be a power of two, 64 or more, not ${sizeBytes}`);
    }
    const handle = member.create(KIND_RING, DATA + sizeBytes / 4);
    atomics.store(member.arena.words, handle.block + OBJECT_AT + SIZE, sizeBytes / 4);
    return handle;
  }

  /** @throws ClosedError when the ring no longer exists */
  constructor(member: Member, handle: Handle, sharing: RingSharing = "many") {
    checkHandle(member.arena, handle, "ring");
    this.#member = member;
    this.#words = member.arena.words;
    this.#bytes = member.arena.bytes;
    this.handle = handle;
    this.#at = handle.block + OBJECT_AT;
    const size = atomics.load(this.#words, this.#at + SIZE);
    const at = { head: this.#at + HEAD, tail: this.#at + TAIL, data: this.#at + DATA };
    this.#space = new RingSpace(this.#words, at, size);
    this.#latches = sharing === "many";
    this.#readable = this.#waitable(READERS_WAIT, () => !this.isEmpty || this.isClosed);
  }

  /** The largest message: half the ring, so that it fits wherever the last one ended. */
  get maxMessageBytes(): number {
    return this.#space.maxMessageBytes;
  }

  get isEmpty(): boolean {
    return this.#space.isEmpty;
  }

  get isClosed(): boolean {
    return this.#load(CLOSED) === 1;
  }

  /** No more messages go in; what is inside can still be read. */
  close(): void {
    atomics.store(this.#words, this.#at + CLOSED, 1);
    const bucket = bucketFor(this.handle.block);
    latched(this.#member, bucket, () => {
      notifyAll(this.#member, bucket, this.#at + READERS_WAIT);
      notifyAll(this.#member, bucket, this.#at + WRITERS_WAIT);
    });
  }

  /**
   * Writes a message if there is room for it now.
   * @throws ClosedError, and RangeError when it could never fit
   */
  tryWrite(message: Uint8Array): boolean {
    const { length } = message;
    return this.tryPut(length, (bytes, from) => {
      bytes.set(message, from);
      return length;
    });
  }

  /**
   * The same without a copy: `put` writes up to `mostBytes` into place and says how many it wrote.
   * It runs while others of this side wait, so it must be short, and it must not throw.
   */
  tryPut(mostBytes: number, put: (bytes: Buffer, from: number) => number): boolean {
    if (mostBytes > this.maxMessageBytes) {
      throw new RangeError(
        `a message of ${mostBytes} bytes does not fit: ` +
          `this ring takes up to ${this.maxMessageBytes}`,
      );
    }
    if (this.isClosed) throw new ClosedError("this ring is closed: nothing more can be written");
    if (this.#latches) takeLatch(this.#member.arena, this.#at + WRITING, this.#member.id);
    try {
      if (!this.#place(mostBytes, put)) return false;
    } finally {
      if (this.#latches) dropLatch(this.#member.arena, this.#at + WRITING);
    }
    if (this.#load(READERS_WAIT) !== 0) this.#wakeOne(READERS_WAIT);
    // There may be room for one more who was told of it, and found us faster.
    if (this.#load(WRITERS_WAIT) !== 0) this.#wakeOne(WRITERS_WAIT);
    return true;
  }

  #place(mostBytes: number, put: (bytes: Buffer, from: number) => number): boolean {
    const from = this.#space.place(mostBytes);
    if (from < 0) return false;
    this.#space.commit(put(this.#bytes, from));
    return true;
  }

  /**
   * Reads the first message with `take`, which gets where it lies; undefined when there is none.
   */
  tryTake<R>(take: (bytes: Buffer, from: number, to: number) => R): R | undefined {
    if (this.isEmpty) return undefined;
    if (this.#latches) takeLatch(this.#member.arena, this.#at + READING, this.#member.id);
    let taken: R | undefined;
    try {
      taken = this.#take(take);
    } finally {
      if (this.#latches) dropLatch(this.#member.arena, this.#at + READING);
    }
    if (this.#load(WRITERS_WAIT) !== 0) this.#wakeOne(WRITERS_WAIT);
    // Another reader may have been told of an earlier message and found this one taken by us.
    if (this.#load(READERS_WAIT) !== 0 && !this.isEmpty) this.#wakeOne(READERS_WAIT);
    return taken;
  }

  #take<R>(take: (bytes: Buffer, from: number, to: number) => R): R | undefined {
    const space = this.#space;
    if (!space.first()) return undefined;
    const taken = take(this.#bytes, space.from, space.to);
    space.drop();
    return taken;
  }

  /** The first message, copied; undefined when there is none. */
  tryRead(): Uint8Array | undefined {
    return this.tryTake(copyOut);
  }

  /** Waits for a message; undefined when the time is over, or the ring is closed and empty. */
  readSync(wait?: SyncWait): Uint8Array | undefined {
    const deadline = new Deadline(timeAllowed(wait));
    for (;;) {
      for (let spin = 0; spin < SPINS && this.isEmpty; spin++);
      const message = this.tryRead();
      if (message !== undefined || (this.isClosed && this.isEmpty)) return message;
      if (waitBlocking(this.#member, this.#readable, deadline) === TIMED_OUT) return undefined;
    }
  }

  /** The same in the event loop. */
  async read(wait?: Wait): Promise<Uint8Array | undefined> {
    const deadline = new Deadline(timeAllowed(wait));
    for (;;) {
      const message = this.tryRead();
      if (message !== undefined || (this.isClosed && this.isEmpty)) return message;
      const rest = { ...wait, timeoutMs: deadline.remainingMs };
      const token = await loopWaits(this.#member).wait(this.#readable, rest);
      if (token === TIMED_OUT) return undefined;
    }
  }

  /** Waits for room; false when the time is over. */
  writeSync(message: Uint8Array, wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    while (!this.tryWrite(message)) {
      const room = this.#room(message.length);
      if (waitBlocking(this.#member, room, deadline) === TIMED_OUT) return false;
    }
    return true;
  }

  /** The same in the event loop. */
  async write(message: Uint8Array, wait?: Wait): Promise<boolean> {
    const deadline = new Deadline(timeAllowed(wait));
    while (!this.tryWrite(message)) {
      const rest = { ...wait, timeoutMs: deadline.remainingMs };
      const token = await loopWaits(this.#member).wait(this.#room(message.length), rest);
      if (token === TIMED_OUT) return false;
    }
    return true;
  }

  #room(bytes: number): Waitable {
    return this.#waitable(WRITERS_WAIT, () => {
      return this.isClosed || this.#space.place(bytes) >= 0;
    });
  }

  /** Waiting until `ready`: the flag says so first, and then one looks, so no wake-up is missed. */
  #waitable(flag: number, ready: () => boolean): Waitable {
    const key = this.#at + flag;
    return {
      home: this.handle.block,
      key,
      attempt: () => {
        atomics.store(this.#words, key, 1);
        return ready() ? 0 : WAIT;
      },
    };
  }

  #wakeOne(flag: number): void {
    const { arena } = this.#member;
    const bucket = bucketFor(this.handle.block);
    const key = this.#at + flag;
    latched(this.#member, bucket, () => {
      let record = first(arena, bucket, key);
      if (record === 0) return atomics.store(this.#words, key, 0);
      while (record !== 0 && atomics.load(this.#words, record + W_STATE) !== QUEUED) {
        record = following(arena, record, key);
      }
      if (record !== 0) notify(this.#member, record);
    });
  }

  #load(word: number): number {
    return atomics.load(this.#words, this.#at + word);
  }
}

function copyOut(bytes: Buffer, from: number, to: number): Uint8Array {
  const copy = Buffer.allocUnsafe(to - from);
  // For short messages a loop is faster than the native copy is called.
  if (copy.length > SHORT) bytes.copy(copy, 0, from, to);
  else for (let index = 0; index < copy.length; index++) copy[index] = bytes[from + index]!;
  return copy;
}
