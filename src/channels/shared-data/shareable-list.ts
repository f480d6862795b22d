/**
 * A list of simple items in shared memory with a name. Its length is fixed, and so is the room of
 * each item; an item may be replaced by one of another type that fits.
 *
 *   word 0   MAGIC   word 1   how many items   then for each item 4 words:
 *   TYPE, LENGTH in bytes, where its ROOM begins, and how many bytes that has
 */
import { registerHandle } from "../../carry/index.ts";
import { checkIsOptions, shownKind } from "../../core/options.ts";
import { showByToString } from "../../core/shown.ts";
import { ClosedError } from "../../errors.ts";
import { SharedMemory } from "./shared-memory.ts";

const MAGIC = 0x6d_68_6c_73;
const HEAD_WORDS = 2;
const ITEM_WORDS = 4;
const TYPE = 0;
const LENGTH = 1;
const ROOM = 2;
const ROOM_BYTES = 3;

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const LONG = 4;
const TEXT = 5;
const BYTES = 6;
/** A text in UTF-16, which UTF-8 would not give back. */
const WIDE_TEXT = 7;
const STEP = 8;

/** What such a list can hold. A bigint has 64 bits. */
export type ShareableItem = null | boolean | number | bigint | string | Uint8Array;

interface Coded {
  readonly type: number;
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const LONE_SURROGATE = /\p{Surrogate}/u;

/** @throws TypeError when the item is of no such type, RangeError when it has over 64 bits */
function code(item: unknown): Coded {
  if (item === null) return { type: NULL, bytes: NO_BYTES };
  if (typeof item === "boolean") return { type: item ? TRUE : FALSE, bytes: NO_BYTES };
  if (typeof item === "number") {
    return { type: NUMBER, bytes: new Uint8Array(Float64Array.of(item).buffer) };
  }
  if (typeof item === "bigint") {
    if (BigInt.asIntN(64, item) !== item) throw new RangeError(`${item}n has more than 64 bits`);
    return { type: LONG, bytes: new Uint8Array(BigInt64Array.of(item).buffer) };
  }
  if (typeof item === "string") {
    if (LONE_SURROGATE.test(item)) return { type: WIDE_TEXT, bytes: Buffer.from(item, "utf16le") };
    return { type: TEXT, bytes: Buffer.from(item) };
  }
  if (item instanceof Uint8Array) return { type: BYTES, bytes: item };
  throw new TypeError(
    `a ShareableList holds null, booleans, numbers, bigints, strings and Uint8Arrays, ` +
      `not ${typeof item === "object" ? "other objects" : typeof item}`,
  );
}

function decode(type: number, bytes: Buffer): ShareableItem {
  if (type === NULL) return null;
  if (type === FALSE || type === TRUE) return type === TRUE;
  if (type === NUMBER) return bytes.readDoubleLE();
  if (type === LONG) return bytes.readBigInt64LE();
  if (type === TEXT) return bytes.toString();
  return type === WIDE_TEXT ? bytes.toString("utf16le") : new Uint8Array(bytes);
}

/** Room for an item, with some to grow for texts and bytes. */
const roomFor = ({ bytes }: Coded): number => STEP * (Math.floor(bytes.length / STEP) + 1);

/**
 * A list of simple items in shared memory, which other programs find by its name. Neither its
 * length nor the room of an item grows; there is no lock, and replacing an item is not atomic.
 */
export class ShareableList {
  /** Where it lies; to be closed and unlinked by who uses it. */
  readonly memory: SharedMemory;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;

  /**
   * @param source the items of a new list, or the name of one that exists
   * @param options a name for the memory of a new list
   * @throws TypeError for other items, RangeError for larger ones, NotFoundError,
   * AlreadyExistsError
   */
  constructor(
    source:
      | Iterable<ShareableItem>
      | {
          /** What the memory of a list is called that exists. */
          name: string;
        }
      | SharedMemory,
    options: {
      /** What the memory of a new list is called; one that nobody has is made when left out. */
      name?: string;
    } = {},
  ) {
    if (typeof source !== "object" || source === null) {
      throw new TypeError("a ShareableList takes its items, or { name } of one that exists");
    }
    const items = Symbol.iterator in source ? Array.from(source, code) : undefined;
    checkIsOptions(options);
    if (items !== undefined) this.memory = SharedMemory.create({ size: sizeOf(items), ...options });
    else if (source instanceof SharedMemory) this.memory = source;
    else this.memory = SharedMemory.attach((source as { name: string }).name);
    const { buffer, size } = this.memory;
    this.#bytes = Buffer.from(buffer as unknown as ArrayBuffer, 0, size);
    this.#words = this.memory.view(Int32Array);
    if (items !== undefined) this.#write(items);
    else if (this.#words[0] !== MAGIC) this.#refuse();
    known.set(this.memory, new WeakRef(this));
  }

  #refuse(): never {
    this.memory.close();
    throw new TypeError(`shared memory ${JSON.stringify(this.memory.name)} holds no ShareableList`);
  }

  #write(items: readonly Coded[]): void {
    let room = (HEAD_WORDS + items.length * ITEM_WORDS) * 4;
    this.#words[1] = items.length;
    items.forEach((item, index) => {
      const at = HEAD_WORDS + index * ITEM_WORDS;
      this.#words[at + ROOM] = room;
      this.#words[at + ROOM_BYTES] = roomFor(item);
      this.#put(at, item);
      room += roomFor(item);
    });
    this.#words[0] = MAGIC;
  }

  #put(at: number, { type, bytes }: Coded): void {
    this.#bytes.set(bytes, this.#words[at + ROOM]);
    this.#words[at + LENGTH] = bytes.length;
    this.#words[at + TYPE] = type;
  }

  /** How many items. @throws ClosedError after `memory.close()` */
  get length(): number {
    const { closed, name } = this.memory;
    if (closed) throw new ClosedError(`the memory of this list, "${name}", was closed here`);
    return this.#words[1]!;
  }

  #place(index: number): number {
    if (!Number.isInteger(index))
      throw new TypeError(`an index is a whole number, not ${shownKind(index)}`);
    const place = index < 0 ? index + this.length : index;
    if (place >= 0 && place < this.length) return HEAD_WORDS + place * ITEM_WORDS;
    throw new RangeError(`index ${index} is outside of the ${this.length} items`);
  }

  /**
   * The item at `index`; a negative one counts from the end.
   * @throws RangeError when there is none, ClosedError after `memory.close()`
   */
  at(index: number): ShareableItem {
    const at = this.#place(index);
    const from = this.#words[at + ROOM]!;
    const length = this.#words[at + LENGTH]!;
    return decode(this.#words[at + TYPE]!, this.#bytes.subarray(from, from + length));
  }

  /**
   * Replaces an item.
   * @throws RangeError when there is no such place, or the item does not fit into its room;
   * ClosedError after `memory.close()`
   */
  set(index: number, item: ShareableItem): void {
    const at = this.#place(index);
    const coded = code(item);
    const room = this.#words[at + ROOM_BYTES]!;
    if (coded.bytes.length > room) {
      throw new RangeError(
        `an item of ${coded.bytes.length} bytes does not fit into the ${room} of place ${index}, ` +
          "which were fixed when the list was made",
      );
    }
    this.#put(at, coded);
  }

  /** How many items are equal to `item`. */
  count(item: ShareableItem): number {
    return Array.from(this).filter((other) => isSame(other, item)).length;
  }

  /** Where `item` is first; -1 when it is not there. */
  indexOf(item: ShareableItem): number {
    return Array.from(this).findIndex((other) => isSame(other, item));
  }

  *[Symbol.iterator](): Generator<ShareableItem, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  toString(): string {
    const state = this.memory.closed ? "closed" : `${this.length} items`;
    return `ShareableList ${JSON.stringify(this.memory.name)} (${state})`;
  }
}
showByToString(ShareableList);

function sizeOf(items: readonly Coded[]): number {
  const head = (HEAD_WORDS + items.length * ITEM_WORDS) * 4;
  return items.reduce((size, item) => size + roomFor(item), head);
}

function isSame(one: ShareableItem, other: ShareableItem): boolean {
  if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return one === other;
  return Buffer.compare(one, other) === 0;
}

/** The lists of this thread by their memory, so that one that comes back is itself. */
const known = new WeakMap<SharedMemory, WeakRef<ShareableList>>();

function over(memory: SharedMemory): ShareableList {
  return known.get(memory)?.deref() ?? new ShareableList(memory);
}

registerHandle<ShareableList, SharedMemory>("ShareableList", {
  is: (value): value is ShareableList => value instanceof ShareableList,
  toHandle: ({ memory }) => memory,
  fromHandle: over,
});
