/** A set in a manager's server, with the vocabulary of Set. `add` answers the set itself. */
export class ManagedSet<T = unknown> {
  readonly #items: Set<T>;

  constructor(items?: Iterable<T> | null) {
    this.#items = new Set(items ?? []);
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
    for (const item of items) this.#items.add(item);
  }

  /** Takes out some item. @throws RangeError when there is none */
  pop(): T {
    for (const item of this.#items) {
      this.#items.delete(item);
      return item;
    }
    throw new RangeError("the set is empty");
  }

  keys(): T[] {
    return this.toArray();
  }

  values(): T[] {
    return this.toArray();
  }

  entries(): [T, T][] {
    return Array.from(this.#items.entries());
  }

  forEach(visit: (item: T) => unknown): void {
    for (const item of this.#items) visit(item);
  }

  union(others: Iterable<T>): Set<T> {
    return new Set([...this.#items, ...itemsOf(others)]);
  }

  intersection(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others));
    return new Set(this.toArray().filter((item) => those.has(item)));
  }

  difference(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others));
    return new Set(this.toArray().filter((item) => !those.has(item)));
  }

  symmetricDifference(others: Iterable<T>): Set<T> {
    const those = new Set(itemsOf(others));
    const here = this.toArray().filter((item) => !those.has(item));
    return new Set([...here, ...Array.from(those).filter((item) => !this.#items.has(item))]);
  }

  isSubsetOf(others: Iterable<T>): boolean {
    const those = new Set(itemsOf(others));
    return this.toArray().every((item) => those.has(item));
  }

  isSupersetOf(others: Iterable<T>): boolean {
    return Array.from(itemsOf(others)).every((item) => this.#items.has(item));
  }

  isDisjointFrom(others: Iterable<T>): boolean {
    return !Array.from(itemsOf(others)).some((item) => this.#items.has(item));
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

/** Another set of the same manager arrives as the set itself. */
const itemsOf = <T>(others: Iterable<T>): Iterable<T> =>
  others instanceof ManagedSet ? others.toArray() : others;
