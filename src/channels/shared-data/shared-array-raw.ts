/**
 * An array in shared memory, without a lock.
 *
 *   (the words of `value-lock.ts`)  (those of `shared-array-memory.ts`)  CODE  LENGTH
 */
import { atomics } from "../../core/atomics.ts";
import { registerKind } from "../../core/kinds.ts";
import { shownKind } from "../../core/options.ts";
import type { Member } from "../../core/member.ts";
import {
  type MemberOf,
  type NameOptions,
  SharedObject,
  WORDS_AT,
  isAdopting,
} from "../../sync/shared-object.ts";
import { type ArrayContents, checkedContents } from "./shared-array-contents.ts";
import {
  MEMORY_WORDS,
  dropMemory,
  findMemory,
  hasFile,
  makeMemory,
} from "./shared-array-memory.ts";
import {
  type ItemOf,
  type ItemType,
  type TypeCode,
  type ViewOf,
  codeWord,
  typeOfWord,
} from "./type-codes.ts";
import { KIND_RAW_ARRAY } from "./value-kinds.ts";
import { LOCK_WORDS } from "./value-lock.ts";

const MEMORY: number = WORDS_AT + LOCK_WORDS;
const CODE: number = MEMORY + MEMORY_WORDS;
const LENGTH: number = CODE + 1;
const WORDS: number = LOCK_WORDS + MEMORY_WORDS + 2;

/** The memory that came beside the handle of the array that is about to be made. */
let arrived: SharedArrayBuffer | undefined;

/** Makes arrays from handles that brought their memory along. */
export function withMemory<R>(memory: SharedArrayBuffer | undefined, body: () => R): R {
  arrived = memory;
  try {
    return body();
  } finally {
    arrived = undefined;
  }
}

/** A view as this class uses it. */
interface Items {
  readonly length: number;
  [index: number]: number | bigint;
  set(items: ArrayLike<unknown>, offset?: number): void;
}

/** An array without a lock of its own. */
export class RawArray<C extends TypeCode> extends SharedObject {
  /** The typed array itself: `view[i]`. Characters are numbers here. */
  readonly view: ViewOf<C>;
  readonly #type: ItemType;

  constructor(
    memberOf: MemberOf,
    code: C,
    sizeOrItems: number | Iterable<ItemOf<C>> | Uint8Array,
    options?: NameOptions,
    kind: number = KIND_RAW_ARRAY,
  ) {
    const given = isAdopting() ? undefined : checkedContents(code, sizeOrItems);
    super(memberOf, kind, WORDS, options);
    const { member } = this;
    const { block } = this.handle;
    const { words } = member.arena;
    if (given === undefined) {
      this.#type = typeOfWord(atomics.load(words, block + CODE));
      const memory = findMemory(member, block + MEMORY, this, arrived);
      this.view = this.#viewOf(memory, atomics.load(words, block + LENGTH) >>> 0);
      return;
    }
    this.#type = given.type;
    const { length } = given;
    atomics.store(words, block + CODE, codeWord(given.type));
    atomics.store(words, block + LENGTH, length | 0);
    const memory = makeMemory(member, block + MEMORY, length * given.type.sizeBytes, this);
    this.view = this.#viewOf(memory, length);
    this.#fillWith(given);
  }

  #viewOf(memory: SharedArrayBuffer, length: number): ViewOf<C> {
    return new this.#type.view(memory, 0, length) as ViewOf<C>;
  }

  get #items(): Items {
    return this.view as unknown as Items;
  }

  #fillWith({ items }: ArrayContents): void {
    if (items !== undefined) this.#items.set(items);
  }

  /** @internal Whether its memory can be found by who has the handle. */
  get isInFile(): boolean {
    return hasFile(this.member, this.handle.block + MEMORY);
  }

  /** Its type code. */
  get code(): C {
    return this.#type.code as C;
  }

  /** How many items it has, for good. */
  get length(): number {
    return this.#items.length;
  }

  /**
   * The item at `index`; a negative one counts from the end.
   * @throws RangeError when there is none
   */
  at(index: number): ItemOf<C> {
    return this.#toItem(this.#items[this.#place(index)]!);
  }

  /** The same as `at`. */
  get(index: number): ItemOf<C> {
    return this.at(index);
  }

  /**
   * Stores an item; a negative index counts from the end. Whole numbers that do not fit wrap.
   * @throws RangeError when there is no such place, TypeError when the item is of another type
   */
  set(index: number, item: ItemOf<C>): void {
    this.#items[this.#place(index)] = this.#toElement(item);
  }

  /** Copies of the items from `start` to before `end`, as `Array.prototype.slice` counts. */
  slice(start?: number, end?: number): ItemOf<C>[] {
    checkBounds(start, end);
    const part = (this.view as Uint8Array).subarray(start, end) as unknown as Items;
    return Array.from({ length: part.length }, (_, index) => this.#toItem(part[index]!));
  }

  /** Stores `item` everywhere from `start` to before `end`. */
  fill(item: ItemOf<C>, start?: number, end?: number): this {
    checkBounds(start, end);
    (this.view as Uint8Array).fill(this.#toElement(item) as number, start, end);
    return this;
  }

  *[Symbol.iterator](): Generator<ItemOf<C>, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.#toItem(this.#items[index]!);
  }

  /** The text up to the first NUL, of an array of characters. */
  get value(): C extends "c" | "u" ? string : never {
    const units = Array.from(this.#characters());
    const end = units.indexOf(0);
    const text = units.slice(0, end < 0 ? units.length : end);
    return text.map((unit) => String.fromCharCode(unit)).join("") as never;
  }

  /**
   * Writes a text, and a NUL after it if there is room; what comes behind stays.
   * @throws RangeError when it is longer than the array, TypeError when it is no text
   */
  set value(text: C extends "c" | "u" ? string : never) {
    const target = this.#characters();
    const given: unknown = text;
    if (typeof given !== "string" && !(this.code === "c" && given instanceof Uint8Array)) {
      const takes = this.code === "c" ? "a text or bytes" : "a text";
      throw new TypeError(`value takes ${takes}, not ${typeof given}`);
    }
    const items = checkedContents(this.code, text).items as number[];
    if (items.length > target.length) {
      throw new RangeError(`${items.length} characters do not fit into ${target.length}`);
    }
    target.set(items);
    if (items.length < target.length) target[items.length] = 0;
  }

  /** All bytes of an array of code c, as a copy; NULs included. */
  get raw(): C extends "c" ? Buffer : never {
    if (this.code !== "c") throw new TypeError(`only arrays of code c have raw, not ${this.code}`);
    return Buffer.from(this.view as Uint8Array) as never;
  }

  #characters(): Uint8Array | Uint16Array {
    if (this.code === "c" || this.code === "u") return this.view as Uint8Array | Uint16Array;
    throw new TypeError(`only arrays of characters (c, u) have value, not ${this.code}`);
  }

  #place(index: number): number {
    if (!Number.isInteger(index))
      throw new TypeError(`an index is a whole number, not ${shownKind(index)}`);
    const place = index < 0 ? index + this.length : index;
    if (place >= 0 && place < this.length) return place;
    throw new RangeError(`index ${index} is outside of the ${this.length} items`);
  }

  #toItem(element: number | bigint): ItemOf<C> {
    const isText = typeof this.#type.zero === "string";
    return (isText ? String.fromCharCode(element as number) : element) as ItemOf<C>;
  }

  #toElement(item: ItemOf<C>): number | bigint {
    const raw = this.#type.toRaw(item);
    return typeof item === "string" ? raw : item;
  }

  protected describe(): string {
    return `${this.length} of ${this.#type.code}`;
  }
}

/** Ends what a freed array refers to. */
export function destroyMemory(member: Member, block: number): void {
  dropMemory(member, block + MEMORY);
}

/** @throws TypeError, RangeError for what a slice neither begins nor ends at */
function checkBounds(...bounds: unknown[]): void {
  for (const bound of bounds) {
    if (bound === undefined) continue;
    if (typeof bound !== "number")
      throw new TypeError(`a bound is a whole number, not ${shownKind(bound)}`);
    if (!Number.isInteger(bound) && Math.abs(bound) !== Infinity)
      throw new RangeError(`a bound is a whole number, not ${bound}`);
  }
}

registerKind(KIND_RAW_ARRAY, {
  name: "RawArray",
  shared: true,
  destroy: (member, { block }) => destroyMemory(member, block),
});
