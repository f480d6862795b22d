/**
 * Items by a number, lowest first, equals in order of arrival: a binary heap in which a parent is
 * never behind its two children at 2i + 1 and 2i + 2. The number is fixed when an item comes in.
 */
interface Entry<T> {
  readonly item: T;
  readonly key: number;
  readonly order: number;
}

const isBefore = <T>(a: Entry<T>, b: Entry<T>): boolean =>
  a.key < b.key || (a.key === b.key && a.order < b.order);

export class LowestFirst<T> {
  readonly #heap: Entry<T>[] = [];
  #arrivals = 0;

  get size(): number {
    return this.#heap.length;
  }

  get first(): T | undefined {
    return this.#heap[0]?.item;
  }

  /** The number of the first item; Infinity when there is none. */
  get firstKey(): number {
    return this.#heap[0]?.key ?? Infinity;
  }

  push(item: T, key: number): void {
    const heap = this.#heap;
    const entry: Entry<T> = { item, key, order: this.#arrivals++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first?.item;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
  }
}
