/** Lowest first; equals in order of arrival. A binary heap of items with their numbers. */
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
    const [first] = this.#heap as [Entry<T>];
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) this.#sink(last);
    return first.item;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #insert(entry: Entry<T>): void {
    // Compare before the heap is touched, so that a comparison that throws leaves it whole.
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

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#order(heap[child + 1]!, heap[child]!) < 0) child++;
      if (this.#order(entry, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }

  #order(a: Entry<T>, b: Entry<T>): number {
    return this.#compare(a.item, b.item) || a.order - b.order;
  }
}
