/**
 * A list in a manager's server, with the vocabulary of Array, and of Python's list where that has
 * more. Methods that change the list in place answer the list itself, so the client gets its proxy.
 * Functions that are given (to `map`, `sort` …) run in the server.
 */
import { shownKind } from "../../core/options.ts";
import { checkFunction, itemsOf } from "./contents.ts";

type Order<T> = (a: T, b: T) => number;
type Visit<T, R> = (item: T, index: number) => R;

/** A list in the server, with Array's methods and some of Python's. */
export class ManagedList<T = unknown> {
  #items: T[];

  /** @throws TypeError for what cannot be iterated over */
  constructor(items: Iterable<T> = []) {
    this.#items = Array.from(itemsOf(items, "a list"));
  }

  /** @internal A list whose items are those of an array, also when that changes. */
  static over<T>(items: T[]): ManagedList<T> {
    const list = new ManagedList<T>();
    list.#items = items;
    return list;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  length(): number {
    return this.#items.length;
  }

  /** The item at an index, counted from the end when negative; undefined where there is none. */
  at(index: number): T | undefined {
    return this.#items.at(index);
  }

  /** As `at`. @throws RangeError where there is none */
  get(index: number): T {
    return this.#items[this.#place(index)]!;
  }

  /** Replaces an item. @throws RangeError where there is none */
  set(index: number, item: T): void {
    this.#items[this.#place(index)] = item;
  }

  /** Adds items at the end; answers how many there are then. */
  push(...items: T[]): number {
    return this.#items.push(...items);
  }

  /** Adds one item at the end. */
  append(item: T): void {
    this.#items.push(item);
  }

  /** Adds all items at the end: those that there are now, also where it is the list itself. */
  extend(items: Iterable<T>): void {
    for (const item of Array.from(itemsOf(items, "extend"))) this.#items.push(item);
  }

  /** Puts an item before the one at `index`. */
  insert(index: number, item: T): void {
    this.#items.splice(checkedIndex(index), 0, item);
  }

  /** Takes out the last item; undefined when there is none. */
  pop(): T | undefined {
    return this.#items.pop();
  }

  /** Takes out the first item; undefined when there is none. */
  shift(): T | undefined {
    return this.#items.shift();
  }

  /** Adds items at the front; answers how many there are then. */
  unshift(...items: T[]): number {
    return this.#items.unshift(...items);
  }

  /** Takes out the item at `index`. @throws RangeError where there is none */
  delete(index: number): T {
    return this.#items.splice(this.#place(index), 1)[0]!;
  }

  /** Takes out the first item that is `item`. @throws RangeError when there is none */
  remove(item: T): void {
    const index = this.#items.indexOf(item);
    if (index < 0) throw new RangeError(`${String(item)} is not in the list`);
    this.#items.splice(index, 1);
  }

  clear(): void {
    this.#items.length = 0;
  }

  /** How often an item is in it. */
  count(item: T): number {
    return this.#items.filter((one) => one === item).length;
  }

  /** Replaces some items by others; answers those that it took out. */
  splice(start: number, deleteCount?: number, ...items: T[]): T[] {
    if (deleteCount === undefined) return this.#items.splice(start);
    return this.#items.splice(start, deleteCount, ...items);
  }

  slice(start?: number, end?: number): T[] {
    return this.#items.slice(start, end);
  }

  /** A copy with more at its end; arrays and lists give their items. */
  concat(...more: (T | T[] | ManagedList<T>)[]): T[] {
    return this.#items.concat(
      ...more.map((one) => (one instanceof ManagedList ? (one as ManagedList<T>).#items : one)),
    );
  }

  includes(item: T, from?: number): boolean {
    return this.#items.includes(item, from);
  }

  indexOf(item: T, from?: number): number {
    return this.#items.indexOf(item, from);
  }

  lastIndexOf(item: T): number {
    return this.#items.lastIndexOf(item);
  }

  join(separator?: string): string {
    return this.#items.join(separator);
  }

  reverse(): this {
    this.#items.reverse();
    return this;
  }

  sort(order?: Order<T>): this {
    if (order !== undefined) checkFunction(order, "sort");
    this.#items.sort(order);
    return this;
  }

  fill(item: T, start?: number, end?: number): this {
    this.#items.fill(item, start, end);
    return this;
  }

  copyWithin(target: number, start: number, end?: number): this {
    this.#items.copyWithin(target, start, end);
    return this;
  }

  toReversed(): T[] {
    return Array.from(this.#items).reverse();
  }

  toSorted(order?: Order<T>): T[] {
    if (order !== undefined) checkFunction(order, "toSorted");
    return Array.from(this.#items).sort(order);
  }

  toSpliced(start: number, deleteCount: number, ...items: T[]): T[] {
    const copy = Array.from(this.#items);
    copy.splice(start, deleteCount, ...items);
    return copy;
  }

  /** A copy with another item at `index`. @throws RangeError where there is none */
  with(index: number, item: T): T[] {
    const copy = Array.from(this.#items);
    copy[this.#place(index)] = item;
    return copy;
  }

  map<R>(visit: Visit<T, R>): R[] {
    checkFunction(visit, "map");
    return this.#items.map((item, index) => visit(item, index));
  }

  flatMap<R>(visit: Visit<T, R | readonly R[]>): R[] {
    checkFunction(visit, "flatMap");
    return this.#items.flatMap((item, index) => visit(item, index));
  }

  flat(depth = 1): unknown[] {
    return this.#items.flat(depth);
  }

  filter(test: Visit<T, unknown>): T[] {
    checkFunction(test, "filter");
    return this.#items.filter((item, index) => test(item, index));
  }

  find(test: Visit<T, unknown>): T | undefined {
    checkFunction(test, "find");
    return this.#items.find((item, index) => test(item, index));
  }

  findIndex(test: Visit<T, unknown>): number {
    checkFunction(test, "findIndex");
    return this.#items.findIndex((item, index) => test(item, index));
  }

  findLast(test: Visit<T, unknown>): T | undefined {
    checkFunction(test, "findLast");
    return this.toReversed().find((item, index) => test(item, this.#items.length - 1 - index));
  }

  findLastIndex(test: Visit<T, unknown>): number {
    checkFunction(test, "findLastIndex");
    const last = this.#items.length - 1;
    const found = this.toReversed().findIndex((item, index) => test(item, last - index));
    return found < 0 ? -1 : last - found;
  }

  some(test: Visit<T, unknown>): boolean {
    checkFunction(test, "some");
    return this.#items.some((item, index) => test(item, index));
  }

  every(test: Visit<T, unknown>): boolean {
    checkFunction(test, "every");
    return this.#items.every((item, index) => test(item, index));
  }

  /** Calls a function in the server for each item. */
  forEach(visit: Visit<T, unknown>): void {
    checkFunction(visit, "forEach");
    for (const [index, item] of this.#items.entries()) visit(item, index);
  }

  reduce<R>(combine: (sum: R, item: T, index: number) => R, ...initial: [R?]): R {
    checkFunction(combine, "reduce");
    return Reflect.apply(Array.prototype.reduce, this.#items, [combine, ...initial]) as R;
  }

  reduceRight<R>(combine: (sum: R, item: T, index: number) => R, ...initial: [R?]): R {
    checkFunction(combine, "reduceRight");
    return Reflect.apply(Array.prototype.reduceRight, this.#items, [combine, ...initial]) as R;
  }

  /** The indices. Differs from Array: this and its likes give arrays. */
  keys(): number[] {
    return Array.from(this.#items.keys());
  }

  values(): T[] {
    return this.toArray();
  }

  entries(): [number, T][] {
    return Array.from(this.#items.entries());
  }

  /** A copy of all items; what is a proxy in the list is a proxy in the copy. */
  toArray(): T[] {
    return Array.from(this.#items);
  }

  toString(): string {
    return `list of ${this.#items.length}`;
  }

  #place(index: number): number {
    const { length } = this.#items;
    const place = checkedIndex(index) < 0 ? length + index : index;
    if (place >= 0 && place < length) return place;
    throw new RangeError(`there is no item ${index} in a list of ${length}`);
  }
}

function checkedIndex(index: number): number {
  if (Number.isInteger(index)) return index;
  throw new TypeError(`an index must be a whole number, not ${shownKind(index)}`);
}
