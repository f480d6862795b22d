/**
 * Reads what a ByteWriter wrote, trusting nothing: each read is checked against the message's end,
 * each count against the bytes that are left, so damaged bytes end in an UnpicklingError and never
 * in a huge allocation.
 *
 * Short strings come from a small cache: the names and states that messages repeat are built once.
 */
import { Buffer } from "node:buffer";
import { UnpicklingError } from "../errors.ts";
import * as tag from "./tags.ts";

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
const NOTHING = Buffer.alloc(0);
const CACHE_SIZE = 1 << 10;
const CACHED_LENGTH = 24;

/** Up to this length V8 joins pieces into one flat string, faster than a call into Node. */
const BUILT_LENGTH = 12;

function built(bytes: Uint8Array, start: number, length: number): string {
  const { fromCharCode } = String;
  const end = start + length;
  let text = "";
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
  }
  for (; at < end; at++) text += fromCharCode(bytes[at]!);
  return text;
}

export class ByteReader {
  bytes: Buffer = NOTHING;
  position = 0;
  end = 0;
  readonly #strings: string[] = Array.from({ length: CACHE_SIZE }, () => "");

  begin(source: Uint8Array, start: number, end: number): void {
    this.bytes = Buffer.isBuffer(source)
      ? source
      : Buffer.from(source.buffer, source.byteOffset, source.byteLength);
    this.position = start;
    this.end = end;
  }

  /** Bytes that were not read yet. */
  get left(): number {
    return this.end - this.position;
  }

  /** Lets go of the message. */
  finish(): void {
    this.bytes = NOTHING;
  }

  /** What to throw when the bytes make no sense at this point. */
  damaged(what: string): UnpicklingError {
    return new UnpicklingError(
      `Bytes do not decode: ${what} at byte ${this.position} of ${this.end}; ` +
        "they are truncated, damaged, or not a message of this library",
    );
  }

  byte(): number {
    if (this.position >= this.end) throw this.damaged("the message ends too early");
    return this.bytes[this.position++]!;
  }

  /** The next byte, which stays to be read. */
  peek(): number {
    if (this.position >= this.end) throw this.damaged("the message ends too early");
    return this.bytes[this.position]!;
  }

  /** Makes sure that `count` bytes are left, and steps over them; answers where they begin. */
  take(count: number): number {
    const { position } = this;
    if (count > this.end - position) throw this.damaged(`${count} more bytes should be there`);
    this.position = position + count;
    return position;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
    throw this.damaged("a number is too large");
  }

  /** A number of things that take at least `size` bytes each. */
  count(size = 1): number {
    const count = this.varint();
    if (count * size > this.left) throw this.damaged(`a count of ${count} is too large`);
    return count;
  }

  int32(): number {
    const at = this.take(4);
    const { bytes } = this;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  float64(): number {
    const at = this.take(8);
    const { bytes } = this;
    for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i]!;
    return float[0]!;
  }

  shortString(length: number): string {
    const at = this.take(length);
    if (length > CACHED_LENGTH) return this.bytes.toString("latin1", at, at + length);
    const place = this.#placeOf(at, length);
    const known = this.#strings[place]!;
    if (this.#isAt(known, at, length)) return known;
    const { bytes } = this;
    const made =
      length <= BUILT_LENGTH ? built(bytes, at, length) : bytes.toString("latin1", at, at + length);
    this.#strings[place] = made;
    return made;
  }

  /** The short string that stands at `at`, and in `text` between `from` and `to`. */
  cutString(at: number, text: string, from: number, to: number): string {
    const place = this.#placeOf(at, to - from);
    const known = this.#strings[place]!;
    if (this.#isAt(known, at, to - from)) return known;
    return (this.#strings[place] = text.slice(from, to));
  }

  /** Where in the cache a string is looked for. */
  #placeOf(at: number, length: number): number {
    const { bytes } = this;
    let hash = length;
    for (let i = 0; i < length; i++) hash = (Math.imul(hash, 31) + bytes[at + i]!) | 0;
    return (hash ^ (hash >>> 11)) & (CACHE_SIZE - 1);
  }

  #isAt(known: string, at: number, length: number): boolean {
    if (known.length !== length) return false;
    const { bytes } = this;
    for (let i = 0; i < length; i++) if (known.charCodeAt(i) !== bytes[at + i]) return false;
    return true;
  }

  latin1(): string {
    const length = this.varint();
    const at = this.take(length);
    return this.bytes.toString("latin1", at, at + length);
  }

  utf16(): string {
    const size = this.varint();
    if (size % 2 !== 0) throw this.damaged("a string of two-byte units has an odd size");
    const at = this.take(size);
    return this.bytes.toString("utf16le", at, at + size);
  }

  /** A string with its tag; anything else is damage. */
  string(): string {
    const first = this.byte();
    if (first >= tag.SHORT_STRING && first < tag.SMALL_INT) {
      return this.shortString(first - tag.SHORT_STRING);
    }
    if (first === tag.LATIN1) return this.latin1();
    if (first === tag.UTF16) return this.utf16();
    throw this.damaged("a string should be there");
  }
}
