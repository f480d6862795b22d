/**
 * Lowest first; equals in order of arrival. A binary heap of items with their numbers. Comparing is
 * done before the heap is touched: a comparison that throws leaves it whole.
 */
import type { Store } from "./store.ts";

/** Negative when `a` comes first, positive when `b` does, else zero. */
export type Compare<T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  readonly order: number;
}

export class Heap<T> implements Store<T> {
  readonly #heap: Entry<T>[] = [];
  readonly #compare: Compare<T>;
  #arrivals = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    this.#insert({ item, order: ++this.#arrivals });
  }

  take(): T {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap[heap.length - 1]!;
    const path = this.#pathDown(last, heap.length - 1);
    heap.pop();
    let at = 0;
    for (const child of path) {
      heap[at] = heap[child]!;
      at = child;
    }
    if (heap.length > 0) heap[at] = last;
    return first.item;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #insert(entry: Entry<T>): void {
    const path: number[] = [];
    let at = this.#heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#order(this.#heap[parent]!, entry) <= 0) break;
      path.push(at);
      at = parent;
    }
    for (const index of path) this.#heap[index] = this.#heap[(index - 1) >> 1]!;
    this.#heap[at] = entry;
  }

  /** The lower child at each step that `entry` takes down from the top of `size` entries. */
  #pathDown(entry: Entry<T>, size: number): number[] {
    const heap = this.#heap;
    const path: number[] = [];
    for (let child = 1; child < size; child = 2 * child + 1) {
      if (child + 1 < size && this.#order(heap[child + 1]!, heap[child]!) < 0) child++;
      if (this.#order(entry, heap[child]!) <= 0) break;
      path.push(child);
    }
    return path;
  }

  #order(a: Entry<T>, b: Entry<T>): number {
    return this.#compare(a.item, b.item) || a.order - b.order;
  }
}
