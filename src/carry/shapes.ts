/**
 * Key lists of plain objects, remembered on both sides so that the usual ones cost a copy of a few
 * bytes and a comparison of them.
 *
 * Nothing is agreed between the two sides: each message names its key lists in full the first time
 * it uses them, so messages may be lost, reordered, or decoded twice. A key list is sent with a
 * hash, by which the decoder finds the list that it built before; it compares all bytes before it
 * believes the hash.
 *
 * ```
 * OBJECT, hash (4), length of the rest (2), number of keys (1), each key: varint, bytes
 *                                           varint = units × 2 + (1 when in UTF-16)
 * ```
 */
import { Buffer } from "node:buffer";
import type { ByteReader } from "./byte-reader.ts";
import * as tag from "./tags.ts";

const MAX_KEYS = 64;
const MAX_BYTES = 0x7ff;
const MAX_FIRST_KEYS = 512;
const MAX_SIMILAR = 8;

/** A key list as the encoder keeps it. */
export interface WriterShape {
  readonly keys: readonly string[];
  /** What goes into a message: OBJECT and all that follows, up to the values. */
  readonly bytes: Uint8Array;
  /** The message that it was last used in, and its number there. */
  message: number;
  number: number;
}

function keyBytes(key: string): Uint8Array {
  const wide = /[\u0100-\uffff]/.test(key);
  const text = Buffer.from(key, wide ? "utf16le" : "latin1");
  let rest = key.length * 2 + (wide ? 1 : 0);
  const head: number[] = [];
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  head.push(rest);
  return Buffer.concat([Uint8Array.from(head), text]);
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash ^ (hash >>> 15);
}

function makeShape(keys: readonly string[]): WriterShape | undefined {
  const list = Buffer.concat([Uint8Array.of(keys.length), ...keys.map(keyBytes)]);
  if (list.length > MAX_BYTES) return undefined;
  const head = Buffer.alloc(7);
  head[0] = tag.OBJECT;
  head.writeInt32LE(hashOf(list), 1);
  head.writeUInt16LE(list.length, 5);
  return { keys, bytes: Buffer.concat([head, list]), message: -1, number: 0 };
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The encoder's side. */
export class WriterShapes {
  readonly #byFirstKey = new Map<string, WriterShape[]>();
  /** The shape that was found last: likely the next one too. */
  #last: WriterShape | undefined;

  /** The shape of these keys; undefined for a list that is too long to be remembered. */
  find(keys: readonly string[]): WriterShape | undefined {
    const last = this.#last;
    if (last !== undefined && sameKeys(last.keys, keys)) return last;
    return (this.#last = this.#search(keys));
  }

  #search(keys: readonly string[]): WriterShape | undefined {
    const similar = this.#byFirstKey.get(keys[0]!);
    if (similar !== undefined) {
      for (const shape of similar) if (sameKeys(shape.keys, keys)) return shape;
    }
    return this.#add(keys, similar);
  }

  #add(keys: readonly string[], similar: WriterShape[] | undefined): WriterShape | undefined {
    if (keys.length > MAX_KEYS) return undefined;
    const shape = makeShape(keys);
    if (shape === undefined) return undefined;
    if (similar !== undefined) {
      if (similar.length === MAX_SIMILAR) similar.pop();
      similar.unshift(shape);
      return shape;
    }
    if (this.#byFirstKey.size === MAX_FIRST_KEYS) this.#byFirstKey.clear();
    this.#byFirstKey.set(keys[0]!, [shape]);
    return shape;
  }
}

/** A key list as the decoder keeps it. */
export interface ReaderShape {
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
  /**
   * An object with these keys, to be copied. Filling in own properties that are there already goes
   * past setters and read-only properties of Object.prototype, `__proto__` included.
   */
  readonly template: Record<string, unknown>;
}

const TABLE_SIZE = 1 << 10;

/** The decoder's side. */
export class ReaderShapes {
  readonly #table: (ReaderShape | undefined)[] = Array.from(
    { length: TABLE_SIZE },
    () => undefined,
  );

  /** Reads a key list behind an OBJECT tag. */
  read(reader: ByteReader): ReaderShape {
    const start = reader.take(6);
    const { bytes } = reader;
    const length = bytes[start + 4]! | (bytes[start + 5]! << 8);
    const at = reader.take(length);
    const place = (bytes[start]! | (bytes[start + 1]! << 8)) & (TABLE_SIZE - 1);
    const known = this.#table[place];
    if (known !== undefined && known.bytes.length === length) {
      const mine = known.bytes;
      let i = 0;
      while (i < length && mine[i] === bytes[at + i]) i++;
      if (i === length) return known;
    }
    reader.position = at;
    const shape = readShape(reader, at + length);
    this.#table[place] = shape;
    return shape;
  }
}

function readShape(reader: ByteReader, end: number): ReaderShape {
  const start = reader.position;
  const count = reader.byte();
  const keys: string[] = [];
  const template: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const head = reader.varint();
    const units = Math.floor(head / 2);
    const wide = head % 2 === 1;
    const size = wide ? units * 2 : units;
    const at = reader.take(size);
    const key = reader.bytes.toString(wide ? "utf16le" : "latin1", at, at + size);
    keys.push(key);
    Object.defineProperty(template, key, {
      value: undefined,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  if (reader.position !== end || count === 0 || new Set(keys).size !== count) {
    throw reader.damaged("a list of keys makes no sense");
  }
  return { keys, bytes: Uint8Array.prototype.slice.call(reader.bytes, start, end), template };
}
