/**
 * Bytes that grow: the pen of the encoder.
 *
 * It writes into a scratch buffer that is used again for each message, or straight into a range
 * that the caller gives (a ring in shared memory). A message that outgrows the given range goes on
 * in the scratch buffer, so nothing needs to be encoded twice.
 */
import { Buffer } from "node:buffer";
import * as tag from "./tags.ts";

const FIRST_SIZE = 1 << 14;
/** A scratch buffer above this is let go after its message. */
const KEEP_SIZE = 1 << 22;
const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
const beyondLatin1 = /[\u0100-\uffff]/;

export class ByteWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  position = 0;
  #limit: number = FIRST_SIZE;
  #start = 0;
  #scratch: Buffer = this.bytes;
  #target: Uint8Array | undefined;
  #targetBytes: Buffer | undefined;

  /** Begins a message in the scratch buffer. */
  begin(): void {
    if (this.#scratch.length > KEEP_SIZE) this.#scratch = Buffer.allocUnsafeSlow(FIRST_SIZE);
    this.bytes = this.#scratch;
    this.#limit = this.bytes.length;
    this.#start = this.position = 0;
  }

  /** Begins a message at `start` of `target`, where it may fill the bytes before `end`. */
  beginIn(target: Uint8Array, start: number, end: number): void {
    if (target !== this.#target) {
      this.#target = target;
      this.#targetBytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
    }
    this.bytes = this.#targetBytes!;
    this.#limit = end;
    this.#start = this.position = start;
  }

  /** How long the message is. */
  get length(): number {
    return this.position - this.#start;
  }

  /** Takes back what was written after the first `length` bytes of the message. */
  cut(length: number): void {
    this.position = this.#start + length;
  }

  /** Whether the message is still where `begin` put it, and not in the scratch buffer instead. */
  get inPlace(): boolean {
    return this.bytes !== this.#scratch;
  }

  /** The message: a view that the next one overwrites. No Buffer, whose `slice` does not copy. */
  view(): Uint8Array {
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + this.#start, this.length);
  }

  /** Makes sure that `count` more bytes fit. */
  reserve(count: number): void {
    if (this.position + count > this.#limit) this.#grow(count);
  }

  byte(value: number): void {
    if (this.position === this.#limit) this.#grow(1);
    this.bytes[this.position++] = value;
  }

  /** Two bytes at once: a tag and what it needs. */
  pair(first: number, second: number): void {
    this.reserve(2);
    this.bytes[this.position++] = first;
    this.bytes[this.position++] = second;
  }

  /** A count or length below 2 ** 53. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.position++] = rest;
  }

  int32(value: number): void {
    this.reserve(4);
    this.#put32(value);
  }

  #put32(value: number): void {
    const { bytes, position } = this;
    bytes[position] = value;
    bytes[position + 1] = value >> 8;
    bytes[position + 2] = value >> 16;
    bytes[position + 3] = value >> 24;
    this.position = position + 4;
  }

  float64(value: number): void {
    this.reserve(8);
    float[0] = value;
    const { bytes, position } = this;
    for (let i = 0; i < 8; i++) bytes[position + i] = floatBytes[i]!;
    this.position = position + 8;
  }

  /** A number with its tag, in the fewest bytes that keep it (-0 and NaN included). */
  number(value: number): void {
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
      this.byte(tag.FLOAT64);
      this.float64(value);
    } else if (value >= 0 && value < 0x80) {
      this.byte(tag.SMALL_INT + value);
    } else if (value >= -0x80 && value < 0x80) {
      this.pair(tag.INT8, value);
    } else {
      this.reserve(5);
      this.bytes[this.position++] = tag.INT32;
      this.#put32(value);
    }
  }

  /** A string with its tag. */
  string(value: string): void {
    const { length } = value;
    if (length > tag.SHORT_STRING_MAX) return this.#longString(value);
    this.reserve(length + 1);
    const { bytes, position } = this;
    bytes[position] = tag.SHORT_STRING + length;
    let seen = 0;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      seen |= unit;
      bytes[position + 1 + i] = unit;
    }
    if (seen > 0xff) return this.#wideString(value);
    this.position = position + 1 + length;
  }

  /** Bytes as they are. */
  raw(source: Uint8Array): void {
    const { length } = source;
    this.reserve(length);
    const { bytes, position } = this;
    if (length > 64) bytes.set(source, position);
    else for (let i = 0; i < length; i++) bytes[position + i] = source[i]!;
    this.position = position + length;
  }

  #longString(value: string): void {
    const { length } = value;
    if (Buffer.byteLength(value) !== length && beyondLatin1.test(value)) {
      return this.#wideString(value);
    }
    this.byte(tag.LATIN1);
    this.varint(length);
    this.reserve(length);
    this.bytes.write(value, this.position, length, "latin1");
    this.position += length;
  }

  #wideString(value: string): void {
    const size = value.length * 2;
    this.byte(tag.UTF16);
    this.varint(size);
    this.reserve(size);
    this.bytes.write(value, this.position, size, "utf16le");
    this.position += size;
  }

  #grow(count: number): void {
    const used = this.position - this.#start;
    const needed = used + count;
    let bytes = this.#scratch;
    if (bytes.length < needed || this.bytes === bytes) {
      const size = Math.max(needed, Math.min(bytes.length * 2, bytes.length + (1 << 26)));
      bytes = Buffer.allocUnsafeSlow(size);
    }
    this.bytes.copy(bytes, 0, this.#start, this.position);
    this.bytes = this.#scratch = bytes;
    this.#limit = bytes.length;
    this.#start = 0;
    this.position = used;
  }
}
