/**
 * Long arrays that hold nothing but numbers, booleans or short strings, as a packed run: a kind,
 * the length, and the items one behind the other.
 *
 * The items are looked at first and written then. Nobody promises that they are the same the second
 * time (an index may be an accessor), so each is checked again as it is written, and the run is
 * given up when one does not fit.
 *
 * Wider items pass through a small aligned block, since their place in a message may be odd: typed
 * arrays write and read them several times as fast as bytes put together by hand. Each kind has
 * loops of its own, so that each deals with one type of array only.
 */
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readStrings, writeStrings } from "./packed-strings.ts";
import { Rooms } from "./rooms.ts";
import * as tag from "./tags.ts";

/** Below this the ordinary way is as fast. */
const PACKED_FROM = 12;
const BLOCK = 512;

/** The kinds as they stand in a message. */
const BOOLEANS = 0;
const INT8 = 1;
const INT32 = 2;
const FLOAT64 = 3;
const STRINGS = 4;
const NONE = -1;
/** The size of an item, by kind; of a string, its length. */
const WIDTHS = [1, 1, 4, 8, 1];

const int32 = new Int32Array(BLOCK);
const int32Bytes = new Uint8Array(int32.buffer);
const float64 = new Float64Array(BLOCK);
const float64Bytes = new Uint8Array(float64.buffer);

/** Writes the array as a packed run; false, with nothing written, if it is none. */
export function writePacked(out: ByteWriter, array: readonly unknown[]): boolean {
  const { length } = array;
  if (length < PACKED_FROM) return false;
  const kind = kindOf(array);
  if (kind === NONE) return false;
  const before = out.length;
  out.pair(tag.PACKED_ARRAY, kind);
  out.varint(length);
  out.reserve(length * WIDTHS[kind]!);
  if (writeItems(out, array, kind)) return true;
  out.cut(before);
  return false;
}

function kindOf(array: readonly unknown[]): number {
  const type = typeof array[0];
  if (type === "number") return kindOfNumbers(array);
  if (type === "boolean") return BOOLEANS;
  return type === "string" ? STRINGS : NONE;
}

function writeItems(out: ByteWriter, array: readonly unknown[], kind: number): boolean {
  if (kind === INT32) return writeInt32(out, array);
  if (kind === FLOAT64) return writeFloat64(out, array);
  if (kind === STRINGS) return writeStrings(out, array);
  return kind === INT8 ? writeInt8(out, array) : writeBooleans(out, array);
}

/** The narrowest kind for all items. A hole reads as undefined, which is no number. */
function kindOfNumbers(array: readonly unknown[]): number {
  const { length } = array;
  let used = 0;
  let at = 0;
  for (; at < length; at++) {
    const item = array[at];
    if (typeof item !== "number") return NONE;
    const whole = item | 0;
    if (whole !== item || isNegativeZero(item)) break;
    // A number and its complement need the same room.
    used |= whole ^ (whole >> 31);
  }
  if (at === length) return used < 0x80 ? INT8 : INT32;
  while (++at < length) if (typeof array[at] !== "number") return NONE;
  return FLOAT64;
}

const isNegativeZero = (item: number): boolean => item === 0 && 1 / item < 0;

function writeInt8(out: ByteWriter, array: readonly unknown[]): boolean {
  const { bytes, position } = out;
  for (let i = 0; i < array.length; i++) {
    const item = array[i] as number;
    const byte = (item << 24) >> 24;
    if (byte !== item || isNegativeZero(item)) return false;
    bytes[position + i] = byte;
  }
  out.position = position + array.length;
  return true;
}

function writeBooleans(out: ByteWriter, array: readonly unknown[]): boolean {
  const { bytes, position } = out;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (typeof item !== "boolean") return false;
    bytes[position + i] = item ? 1 : 0;
  }
  out.position = position + array.length;
  return true;
}

function writeInt32(out: ByteWriter, array: readonly unknown[]): boolean {
  for (let from = 0; from < array.length; from += BLOCK) {
    const count = Math.min(BLOCK, array.length - from);
    for (let i = 0; i < count; i++) {
      const item = array[from + i] as number;
      const whole = item | 0;
      if (whole !== item || isNegativeZero(item)) return false;
      int32[i] = whole;
    }
    out.raw(count === BLOCK ? int32Bytes : int32Bytes.subarray(0, count * 4));
  }
  return true;
}

function writeFloat64(out: ByteWriter, array: readonly unknown[]): boolean {
  for (let from = 0; from < array.length; from += BLOCK) {
    const count = Math.min(BLOCK, array.length - from);
    for (let i = 0; i < count; i++) {
      const item = array[from + i];
      if (typeof item !== "number") return false;
      float64[i] = item;
    }
    out.raw(count === BLOCK ? float64Bytes : float64Bytes.subarray(0, count * 8));
  }
  return true;
}

const integers = new Rooms(0);
const doubles = new Rooms(0.5);
const others = new Rooms(false);

/** Reads what follows a PACKED_ARRAY tag. */
export function readPacked(reader: ByteReader): unknown[] {
  const kind = reader.byte();
  const width = WIDTHS[kind];
  if (width === undefined) throw reader.damaged("an unknown kind of packed array");
  const length = reader.count(width);
  const at = reader.take(length * width);
  if (kind === INT32) return readInt32(reader.bytes, at, integers.take(length), length);
  if (kind === FLOAT64) return readFloat64(reader.bytes, at, doubles.take(length), length);
  if (kind === INT8) return readInt8(reader.bytes, at, integers.take(length), length);
  if (kind === STRINGS) return readStrings(reader, at, others.take(length), length);
  return readBooleans(reader, at, others.take(length), length);
}

function readInt8(bytes: Uint8Array, at: number, array: number[], length: number): number[] {
  for (let i = 0; i < length; i++) array[i] = (bytes[at + i]! << 24) >> 24;
  return array;
}

function readBooleans(reader: ByteReader, at: number, array: boolean[], length: number): boolean[] {
  const { bytes } = reader;
  for (let i = 0; i < length; i++) {
    const item = bytes[at + i]!;
    if (item > 1) throw reader.damaged("a boolean that is neither true nor false");
    array[i] = item === 1;
  }
  return array;
}

function readInt32(bytes: Uint8Array, at: number, array: number[], length: number): number[] {
  for (let from = 0; from < length; from += BLOCK) {
    const count = Math.min(BLOCK, length - from);
    const start = at + from * 4;
    if (count > 16) int32Bytes.set(bytes.subarray(start, start + count * 4));
    else for (let i = 0; i < count * 4; i++) int32Bytes[i] = bytes[start + i]!;
    for (let i = 0; i < count; i++) array[from + i] = int32[i]!;
  }
  return array;
}

function readFloat64(bytes: Uint8Array, at: number, array: number[], length: number): number[] {
  for (let from = 0; from < length; from += BLOCK) {
    const count = Math.min(BLOCK, length - from);
    const start = at + from * 8;
    if (count > 8) float64Bytes.set(bytes.subarray(start, start + count * 8));
    else for (let i = 0; i < count * 8; i++) float64Bytes[i] = bytes[start + i]!;
    for (let i = 0; i < count; i++) array[from + i] = float64[i]!;
  }
  return array;
}
