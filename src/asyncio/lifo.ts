/** Last in, first out. */
import type { Store } from "./store.ts";

export class Lifo<T> implements Store<T> {
  readonly #stack: T[] = [];

  get size(): number {
    return this.#stack.length;
  }

  add(item: T): void {
    this.#stack.push(item);
  }

  take(): T {
    return this.#stack.pop() as T;
  }

  clear(): void {
    this.#stack.length = 0;
  }
}
