/** Arrays with few of their elements: each with its index. */
import type { GraphReader } from "./graph-reader.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { isIndex } from "./indexed-keys.ts";
import * as tag from "./tags.ts";

const MAX_LENGTH = 2 ** 32 - 1;

export function hasHoles(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) {
    if (array[i] === undefined && !Object.hasOwn(array, i)) return true;
  }
  return false;
}

export function writeSparse(writer: GraphWriter, array: readonly unknown[]): void {
  const present = Object.getOwnPropertyNames(array).filter(isIndex);
  writer.out.byte(tag.SPARSE_ARRAY);
  writer.out.varint(array.length);
  writer.out.varint(present.length);
  for (const index of present) {
    writer.out.varint(Number(index));
    writer.within(`[${index}]`, array[Number(index)]);
  }
}

/** Reads what follows a SPARSE_ARRAY tag into an empty array. */
export function readSparse(reader: GraphReader, array: unknown[]): unknown[] {
  const length = reader.in.varint();
  if (length === 0 || length > MAX_LENGTH) throw reader.in.damaged("an array is too long");
  // Far from the others, the last element makes V8 keep the array as a table, without room for all
  // that is not there.
  array[length - 1] = undefined;
  Reflect.deleteProperty(array, length - 1);
  const count = reader.in.count(2);
  for (let i = 0; i < count; i++) {
    const index = reader.in.varint();
    if (index >= length) throw reader.in.damaged("an element is beyond the array");
    reader.deliver((value) => (array[index] = value));
  }
  return array;
}
