/** Checking what a new shared array is to hold. */
import { type ItemType, itemType } from "./type-codes.ts";

export interface ArrayContents {
  readonly type: ItemType;
  readonly length: number;
  /** What to put into its view; zeros without it. */
  readonly items?: ArrayLike<number | bigint>;
}

/**
 * @param sizeOrItems how many zeros, or the items; for characters also a text, for c also bytes
 * @throws RangeError for a bad size, TypeError for what is neither and for items of another type
 */
export function checkedContents(code: unknown, sizeOrItems: unknown): ArrayContents {
  const type = itemType(code);
  if (typeof sizeOrItems === "number") return { type, length: checkedSize(sizeOrItems) };
  if (!isIterable(sizeOrItems)) {
    throw new TypeError("a shared array takes a size, or an iterable of its items");
  }
  if (type.code === "c" && sizeOrItems instanceof Uint8Array) {
    return { type, length: sizeOrItems.length, items: sizeOrItems };
  }
  // A text is taken by its UTF-16 units, not by its characters.
  const given = typeof sizeOrItems === "string" ? sizeOrItems.split("") : Array.from(sizeOrItems);
  const isText = typeof type.zero === "string";
  const items = given.map((item) => {
    const raw = type.toRaw(item);
    return isText ? raw : (item as number | bigint);
  });
  return { type, length: items.length, items };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function checkedSize(size: number): number {
  if (Number.isInteger(size) && size >= 0) return size;
  throw new RangeError(`the size of an array is a whole number, zero or more, not ${size}`);
}
