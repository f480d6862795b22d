/** An array of a type code in a manager's server, of a fixed length. */
import type { ItemOf, TypeCode } from "../../channels/shared-data/type-codes.ts";
import { RawArray } from "../../threading/shared-data.ts";

/** Numbers or characters of a type code in the server, as many for good. */
export class ManagedArray<C extends TypeCode = TypeCode> {
  readonly #items: RawArray<C>;

  /** @throws TypeError, RangeError for an unknown code or items that are not of its type */
  constructor(code: C, sizeOrItems: number | Iterable<ItemOf<C>>) {
    this.#items = new RawArray(code, sizeOrItems);
  }

  [Symbol.iterator](): IterableIterator<ItemOf<C>> {
    return this.toArray().values();
  }

  length(): number {
    return this.#items.length;
  }

  /** The item at an index, counted from the end when negative. @throws RangeError */
  get(index: number): ItemOf<C> {
    return this.#items.get(index);
  }

  /** As `get`. */
  at(index: number): ItemOf<C> {
    return this.#items.at(index);
  }

  /** Replaces an item. @throws RangeError where there is none */
  set(index: number, item: ItemOf<C>): void {
    this.#items.set(index, item);
  }

  /** A copy of the items from `start` up to `end`. */
  slice(start?: number, end?: number): ItemOf<C>[] {
    return this.#items.slice(start, end);
  }

  /** Replaces the items from `start` up to `end`, all unless given. */
  fill(item: ItemOf<C>, start?: number, end?: number): this {
    this.#items.fill(item, start, end);
    return this;
  }

  /** A copy of all items. */
  toArray(): ItemOf<C>[] {
    return this.#items.slice();
  }

  get code(): C {
    return this.#items.code;
  }

  toString(): string {
    return `Array(${this.code}, ${this.length()})`;
  }
}
