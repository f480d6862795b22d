/** First in, first out: a ring that grows, so that taking from the front costs nothing. */
import type { Store } from "./store.ts";

const SMALLEST = 16;

export class Fifo<T> implements Store<T> {
  #ring: (T | undefined)[] = Array.from({ length: SMALLEST });
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#first + this.#size) & (this.#ring.length - 1)] = item;
    this.#size++;
  }

  take(): T {
    const item = this.#ring[this.#first] as T;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#ring.length - 1);
    this.#size--;
    return item;
  }

  clear(): void {
    this.#ring = Array.from({ length: SMALLEST });
    this.#first = this.#size = 0;
  }

  #grow(): void {
    const items = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    this.#ring = [...items, ...Array.from<undefined>({ length: items.length })];
    this.#first = 0;
  }
}
