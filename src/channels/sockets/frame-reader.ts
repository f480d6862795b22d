/**
 * Messages as bytes in a stream:
 *
 *     u32 length | body               shorter than 2^32 - 1
 *     u32 2^32 - 1 | u64 length | body
 *
 * A peer may announce what it likes: beyond the limit it is refused before anything is kept, and
 * room for a long body is made as its bytes arrive, so an announcement alone costs nothing.
 */
import { BrokenConnectionError } from "../../errors.ts";

export const SHORT_HEAD = 4;
const LONG_HEAD = 12;
const LONG = 0xffff_ffff;
/** A body up to this size has all its room at once. */
const ROOM_BYTES = 2 ** 20;

/** Takes a message, which lies from `from` to `to`; the bytes stay as they are. */
export type TakeFrame = (bytes: Buffer, from: number, to: number) => void;

/** What stands before a body of `length` bytes. */
export function frameHead(length: number): Buffer {
  if (length < LONG) {
    const head = Buffer.allocUnsafe(SHORT_HEAD);
    head.writeUInt32LE(length, 0);
    return head;
  }
  const head = Buffer.allocUnsafe(LONG_HEAD);
  head.writeUInt32LE(LONG, 0);
  head.writeBigUInt64LE(BigInt(length), SHORT_HEAD);
  return head;
}

/** Cuts a stream of bytes into messages. */
export class FrameReader {
  readonly #mostBytes: number;
  readonly #head: Buffer = Buffer.alloc(LONG_HEAD);
  #headFilled = 0;
  #body: Buffer | undefined;
  #filled = 0;
  #length = 0;

  /** @param mostBytes the longest message that is taken */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Whether the stream stands inside a message. */
  get inside(): boolean {
    return this.#body !== undefined || this.#headFilled > 0;
  }

  /** @throws BrokenConnectionError when a message over the limit is announced */
  push(chunk: Buffer, take: TakeFrame): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body !== undefined) {
        at = this.#fill(chunk, at, take);
        continue;
      }
      // Nearly always a head, and most often its body too, lie in one piece.
      const left = chunk.length - at;
      if (this.#headFilled === 0 && left >= SHORT_HEAD) {
        const length = chunk.readUInt32LE(at);
        if (length < LONG) {
          at += SHORT_HEAD;
          if (length <= left - SHORT_HEAD && length <= this.#mostBytes) {
            take(chunk, at, at + length);
            at += length;
          } else this.#begin(length, take);
          continue;
        }
      }
      at = this.#fillHead(chunk, at, take);
    }
  }

  #fillHead(chunk: Buffer, start: number, take: TakeFrame): number {
    for (let at = start; at < chunk.length;) {
      this.#head[this.#headFilled++] = chunk[at++]!;
      if (this.#headFilled < SHORT_HEAD) continue;
      const short = this.#head.readUInt32LE(0);
      if (short === LONG && this.#headFilled < LONG_HEAD) continue;
      const length = short === LONG ? Number(this.#head.readBigUInt64LE(SHORT_HEAD)) : short;
      this.#begin(length, take);
      return at;
    }
    return chunk.length;
  }

  #begin(length: number, take: TakeFrame): void {
    this.#headFilled = 0;
    if (length > this.#mostBytes) {
      throw new BrokenConnectionError(
        `the other side announced a message of ${length} bytes where ${this.#mostBytes} are ` +
          "allowed; nothing more can be read (both sides can raise maxMessageBytes)",
      );
    }
    this.#length = length;
    this.#filled = 0;
    this.#body = Buffer.allocUnsafeSlow(Math.min(length, ROOM_BYTES));
    this.#endIfWhole(take);
  }

  #fill(chunk: Buffer, at: number, take: TakeFrame): number {
    const count = Math.min(chunk.length - at, this.#length - this.#filled);
    if (this.#filled + count > this.#body!.length) this.#grow(this.#filled + count);
    chunk.copy(this.#body!, this.#filled, at, at + count);
    this.#filled += count;
    this.#endIfWhole(take);
    return at + count;
  }

  #grow(needed: number): void {
    const size = Math.min(this.#length, Math.max(needed, this.#body!.length * 2));
    const larger = Buffer.allocUnsafeSlow(size);
    this.#body!.copy(larger, 0, 0, this.#filled);
    this.#body = larger;
  }

  #endIfWhole(take: TakeFrame): void {
    if (this.#filled < this.#length) return;
    const body = this.#body!;
    this.#body = undefined;
    take(body, 0, this.#length);
  }

  /** Where the next bytes of a long body go, so that they can be read to there; else undefined. */
  get room(): Buffer | undefined {
    const body = this.#body;
    if (body === undefined) return undefined;
    if (this.#filled === body.length) this.#grow(this.#filled + 1);
    return this.#body!.subarray(this.#filled);
  }

  /** So many bytes were read into the room. */
  filledRoom(count: number, take: TakeFrame): void {
    this.#filled += count;
    this.#endIfWhole(take);
  }
}
