/**
 * The items of a long array of short latin1 strings: all their lengths, one byte each, and then all
 * their characters.
 *
 * The receiver turns a thousand characters into one text with one call into Node, and cuts the
 * strings out of it. V8 copies what it cuts as long as that is short; a longer piece would keep the
 * whole text alive, so it is read by itself.
 */
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

export const PACKED_STRING_AT_MOST = 0xff;
/** V8's shortest string that is a view into another is one longer. */
const COPIED_AT_MOST = 12;
const TEXT_AT_MOST = 1024;

/** Writes the strings, for whose lengths there is room; false when they are not of the kind. */
export function writeStrings(out: ByteWriter, array: readonly unknown[]): boolean {
  const { length } = array;
  let total = 0;
  for (let i = 0; i < length; i++) {
    const item = array[i];
    if (typeof item !== "string" || item.length > PACKED_STRING_AT_MOST) return false;
    out.bytes[out.position + i] = item.length;
    total += item.length;
  }
  out.position += length;
  out.reserve(total);
  return writeCharacters(out, array, out.position - length);
}

function writeCharacters(out: ByteWriter, array: readonly unknown[], lengthsAt: number): boolean {
  const { bytes } = out;
  let at = out.position;
  let seen = 0;
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (typeof item !== "string" || item.length !== bytes[lengthsAt + i]) return false;
    for (let k = 0; k < item.length; k++) {
      const unit = item.charCodeAt(k);
      seen |= unit;
      bytes[at + k] = unit;
    }
    if (seen > 0xff) return false;
    at += item.length;
  }
  out.position = at;
  return true;
}

/** Reads the strings whose lengths begin at `lengthsAt` and whose characters are next. */
export function readStrings(
  reader: ByteReader,
  lengthsAt: number,
  array: string[],
  length: number,
): string[] {
  const { bytes } = reader;
  for (let i = 0; i < length;) {
    let end = i;
    let size = 0;
    while (end < length && size < TEXT_AT_MOST) size += bytes[lengthsAt + end++]!;
    const start = reader.take(size);
    const text = bytes.toString("latin1", start, start + size);
    for (let at = 0; i < end; i++) {
      const to = at + bytes[lengthsAt + i]!;
      array[i] =
        to - at > COPIED_AT_MOST
          ? bytes.toString("latin1", start + at, start + to)
          : reader.cutString(start + at, text, at, to);
      at = to;
    }
  }
  return array;
}
