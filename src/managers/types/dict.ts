/**
 * A dictionary in a manager's server, with the vocabulary of Map; keys are told apart as Map does,
 * so those that are objects are never found again. `set` answers the dictionary itself.
 */
import { checkFunction, pairsOf } from "./contents.ts";
import { Fields, type Pairs } from "./fields.ts";

/** What a new dictionary holds: pairs, a Map, or the fields of an object. */
export type Entries<K, V> = Iterable<readonly [K, V]> | Readonly<Record<string, V>>;

/** A dictionary in the server, with Map's methods and some of Python's. */
export class ManagedDict<K = unknown, V = unknown> {
  #items: Pairs<K, V>;

  /** @throws TypeError for what has no pairs */
  constructor(entries?: Entries<K, V> | null) {
    this.#items = new Map(pairsOf(entries));
  }

  /** @internal A dictionary whose pairs are those of a Map or an object, also when these change. */
  static over<K, V>(pairs: Map<K, V> | object): ManagedDict<K, V> {
    const dict = new ManagedDict<K, V>();
    dict.#items = pairs instanceof Map ? pairs : (new Fields(pairs) as Pairs<never, never>);
    return dict;
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#items[Symbol.iterator]();
  }

  size(): number {
    return this.#items.size;
  }

  /** The value of a key; undefined, or `fallback`, when it is not there. */
  get(key: K, fallback?: V): V | undefined {
    const found = this.#items.get(key);
    return found === undefined && !this.#items.has(key) ? fallback : found;
  }

  /** Sets the value of a key; one that is new comes last. */
  set(key: K, value: V): this {
    this.#items.set(key, value);
    return this;
  }

  has(key: K): boolean {
    return this.#items.has(key);
  }

  /** Whether it was there. */
  delete(key: K): boolean {
    return this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }

  /** Sets all of these. */
  update(entries: Entries<K, V>): void {
    for (const [key, value] of pairsOf(entries)) this.#items.set(key, value);
  }

  /** The value of a key, which is set to `value` first when it is not there. In one step. */
  setDefault(key: K, value: V): V {
    if (!this.#items.has(key)) this.#items.set(key, value);
    return this.#items.get(key)!;
  }

  /** Takes a key out and answers its value; where there is none, `fallback`. */
  pop(key: K, fallback?: V): V | undefined {
    const found = this.get(key, fallback);
    this.#items.delete(key);
    return found;
  }

  /** Takes out the pair that was set last. @throws RangeError when there is none */
  popItem(): [K, V] {
    const last = Array.from(this.#items).at(-1);
    if (last === undefined) throw new RangeError("the dict is empty");
    this.#items.delete(last[0]);
    return last;
  }

  /** All keys, oldest first. Differs from Map: this and its likes give arrays. */
  keys(): K[] {
    return Array.from(this.#items.keys());
  }

  values(): V[] {
    return Array.from(this.#items.values());
  }

  entries(): [K, V][] {
    return Array.from(this.#items);
  }

  /** Python's word for `entries`. */
  items(): [K, V][] {
    return this.entries();
  }

  /** Calls a function in the server for each pair. */
  forEach(visit: (value: V, key: K) => unknown): void {
    checkFunction(visit, "forEach");
    for (const [key, value] of this.#items) visit(value, key);
  }

  /** A copy. */
  toMap(): Map<K, V> {
    return new Map(this.#items);
  }

  /** A copy as an object; keys become strings. */
  toObject(): Record<string, V> {
    return Object.fromEntries(this.#items) as Record<string, V>;
  }

  toString(): string {
    return `dict of ${this.#items.size}`;
  }
}
