/** A set in a manager's server, with the vocabulary of Set. `add` answers the set itself. */
import { checkFunction, itemsOf } from "./contents.ts";

/** A set in the server, with Set's methods and some of Python's. */
export class ManagedSet<T = unknown> {
  #items: Set<T>;

  /** @throws TypeError for what cannot be iterated over */
  constructor(items?: Iterable<T> | null) {
    this.#items = new Set(itemsOf(items ?? [], "a set"));
  }

  /** @internal A set whose items are those of a Set, also when that changes. */
  static over<T>(items: Set<T>): ManagedSet<T> {
    const set = new ManagedSet<T>();
    set.#items = items;
    return set;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  size(): number {
    return this.#items.size;
  }

  add(item: T): this {
    this.#items.add(item);
    return this;
  }

  has(item: T): boolean {
    return this.#items.has(item);
  }

  /** Whether it was there. */
  delete(item: T): boolean {
    return this.#items.delete(item);
  }

  clear(): void {
    this.#items.clear();
  }

  /** Adds all of these. */
  update(items: Iterable<T>): void {
    for (const item of itemsOf(items, "update")) this.#items.add(item);
  }

  /** Takes out some item. @throws RangeError when there is none */
  pop(): T {
    for (const item of this.#items) {
      this.#items.delete(item);
      return item;
    }
    throw new RangeError("the set is empty");
  }

  /** All items, oldest first. Differs from Set: this and its likes give arrays. */
  keys(): T[] {
    return this.toArray();
  }

  values(): T[] {
    return this.toArray();
  }

  entries(): [T, T][] {
    return Array.from(this.#items.entries());
  }

  /** Calls a function in the server for each item. */
  forEach(visit: (item: T) => unknown): void {
    checkFunction(visit, "forEach");
    for (const item of this.#items) visit(item);
  }

  union(others: Iterable<T>): Set<T> {
    return new Set([...this.#items, ...itemsOf(others, "union")]);
  }

  intersection(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others, "intersection"));
    return new Set(this.toArray().filter((item) => those.has(item)));
  }

  difference(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others, "difference"));
    return new Set(this.toArray().filter((item) => !those.has(item)));
  }

  symmetricDifference(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others, "symmetricDifference"));
    const here = this.toArray().filter((item) => !those.has(item));
    return new Set([...here, ...Array.from(those).filter((item) => !this.#items.has(item))]);
  }

  isSubsetOf(others: Iterable<T>): boolean {
    const those = new Set(itemsOf(others, "isSubsetOf"));
    return this.toArray().every((item) => those.has(item));
  }

  isSupersetOf(others: Iterable<T>): boolean {
    return Array.from(itemsOf(others, "isSupersetOf")).every((item) => this.#items.has(item));
  }

  isDisjointFrom(others: Iterable<T>): boolean {
    return !Array.from(itemsOf(others, "isDisjointFrom")).some((item) => this.#items.has(item));
  }

  /** A copy. */
  toSet(): Set<T> {
    return new Set(this.#items);
  }

  toArray(): T[] {
    return Array.from(this.#items);
  }

  toString(): string {
    return `set of ${this.#items.size}`;
  }
}
