/**
 * Type codes: what a shared value or array holds, in Python's letters.
 *
 *   c  one byte, as a character      u  16 bits, as a character
 *   b B h H i I l L  whole numbers of 8, 16, 32 and 32 bits; capitals are unsigned
 *   q Q  64 bits, as bigint          f d  floating point of 32 and 64 bits
 *
 * In memory every one is a whole number of its width (`raw`), so that one set of atomic operations
 * serves them all: floats are worked on by their bits.
 */
import type { Cells } from "../../core/atomics.ts";

/**
 * What a shared value or array holds, in Python's letters: `c` a byte as a character, `u` 16 bits
 * as one; `b h i l` whole numbers of 8, 16, 32 and 32 bits, `q` of 64 as bigint, capitals unsigned;
 * `f d` floating point of 32 and 64 bits.
 */
export type TypeCode =
  | "c"
  | "b"
  | "B"
  | "u"
  | "h"
  | "H"
  | "i"
  | "I"
  | "l"
  | "L"
  | "q"
  | "Q"
  | "f"
  | "d";

/** What a code's items are in JavaScript. */
export type ItemOf<C extends TypeCode> = C extends "q" | "Q"
  ? bigint
  : C extends "c" | "u"
    ? string
    : number;

interface ViewTypes {
  c: Uint8Array;
  b: Int8Array;
  B: Uint8Array;
  u: Uint16Array;
  h: Int16Array;
  H: Uint16Array;
  i: Int32Array;
  I: Uint32Array;
  l: Int32Array;
  L: Uint32Array;
  q: BigInt64Array;
  Q: BigUint64Array;
  f: Float32Array;
  d: Float64Array;
}

/** The typed array over a code's items. */
export type ViewOf<C extends TypeCode> = ViewTypes[C];

export type Raw = number | bigint;
export type Item = number | bigint | string;

interface ArrayClass<A> {
  new (buffer: ArrayBufferLike, offset: number, length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

/** One code. */
export interface ItemType {
  readonly code: TypeCode;
  readonly sizeBytes: number;
  /** Whole numbers of its width. */
  readonly cells: ArrayClass<Cells>;
  /** What users see of an array. */
  readonly view: ArrayClass<ViewTypes[TypeCode]>;
  readonly zero: Item;
  /** @throws TypeError, RangeError when `item` is not of this type */
  readonly toRaw: (item: unknown) => Raw;
  readonly fromRaw: (raw: Raw) => Item;
  /** The item that a sum is, or null where items are no numbers. */
  readonly sum: ((raw: Raw, delta: Raw) => Raw) | "wraps" | null;
}

const show = (item: unknown): string =>
  typeof item === "object" && item !== null ? "an object" : `${typeof item} ${String(item)}`;

function integer(code: TypeCode, type: unknown): ItemType {
  return {
    ...layout(code, type),
    zero: 0,
    toRaw(item) {
      if (typeof item === "number" && Number.isInteger(item)) return item;
      throw new TypeError(`type code ${code} holds whole numbers, not ${show(item)}`);
    },
    fromRaw: (raw) => raw,
    sum: "wraps",
  };
}

function long(code: TypeCode, type: unknown): ItemType {
  return {
    ...layout(code, type),
    zero: 0n,
    toRaw(item) {
      if (typeof item === "bigint") return item;
      throw new TypeError(`type code ${code} holds bigints such as 5n, not ${show(item)}`);
    },
    fromRaw: (raw) => raw,
    sum: "wraps",
  };
}

function character(code: TypeCode, type: unknown, most: number): ItemType {
  return {
    ...layout(code, type),
    zero: "\0",
    toRaw(item) {
      if (typeof item !== "string" || item.length !== 1) {
        throw new TypeError(`type code ${code} holds single characters, not ${show(item)}`);
      }
      const unit = item.charCodeAt(0);
      if (unit <= most) return unit;
      throw new RangeError(`${JSON.stringify(item)} takes more than the one byte of type code c`);
    },
    fromRaw: (raw) => String.fromCharCode(Number(raw)),
    sum: null,
  };
}

const word = new DataView(new ArrayBuffer(8));
const float32 = new Float32Array(word.buffer);
const bits32 = new Int32Array(word.buffer);
const float64 = new Float64Array(word.buffer);
const bits64 = new BigInt64Array(word.buffer);

const bitsOfFloat = (value: number): number => ((float32[0] = value), bits32[0]!);
const floatOfBits = (bits: number): number => ((bits32[0] = bits), float32[0]!);
const bitsOfDouble = (value: number): bigint => ((float64[0] = value), bits64[0]!);
const doubleOfBits = (bits: bigint): number => ((bits64[0] = bits), float64[0]!);

function mustBeNumber(code: TypeCode, item: unknown): number {
  if (typeof item === "number") return item;
  throw new TypeError(`type code ${code} holds numbers, not ${show(item)}`);
}

function layout(code: TypeCode, type: unknown) {
  const cells = type as ArrayClass<never>;
  return { code, sizeBytes: cells.BYTES_PER_ELEMENT, cells, view: cells };
}

const single: ItemType = {
  ...layout("f", Int32Array),
  view: Float32Array,
  zero: 0,
  toRaw: (item) => bitsOfFloat(mustBeNumber("f", item)),
  fromRaw: (raw) => floatOfBits(raw as number),
  sum: (raw, delta) => bitsOfFloat(floatOfBits(raw as number) + floatOfBits(delta as number)),
};

const double: ItemType = {
  ...layout("d", BigInt64Array),
  view: Float64Array,
  zero: 0,
  toRaw: (item) => bitsOfDouble(mustBeNumber("d", item)),
  fromRaw: (raw) => doubleOfBits(raw as bigint),
  sum: (raw, delta) => bitsOfDouble(doubleOfBits(raw as bigint) + doubleOfBits(delta as bigint)),
};

const types = [
  character("c", Uint8Array, 0xff),
  integer("b", Int8Array),
  integer("B", Uint8Array),
  character("u", Uint16Array, 0xffff),
  integer("h", Int16Array),
  integer("H", Uint16Array),
  integer("i", Int32Array),
  integer("I", Uint32Array),
  integer("l", Int32Array),
  integer("L", Uint32Array),
  long("q", BigInt64Array),
  long("Q", BigUint64Array),
  single,
  double,
];
const byCode = new Map<string, ItemType>(types.map((type) => [type.code, type]));

/**
 * What a code stands for.
 * @throws TypeError when there is no such code
 */
export function itemType(code: unknown): ItemType {
  const type = byCode.get(code as string);
  if (type !== undefined) return type;
  const codes = [...byCode.keys()].join(" ");
  throw new TypeError(`unknown type code ${show(code)}; the codes are ${codes}`);
}

/** A code as a word of shared memory, and back. */
export const codeWord = (type: ItemType): number => type.code.charCodeAt(0);
export const typeOfWord = (word: number): ItemType => itemType(String.fromCharCode(word));
