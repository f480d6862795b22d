/** First in, first out. */
export class Fifo<T> {
  #items: T[] = [];
  #next = 0;

  get size(): number {
    return this.#items.length - this.#next;
  }

  get first(): T | undefined {
    return this.#items[this.#next];
  }

  add(item: T): void {
    this.#items.push(item);
  }

  take(): T | undefined {
    const item = this.#items[this.#next];
    if (item === undefined) return undefined;
    this.#items[this.#next] = undefined as T;
    this.#next++;
    if (this.#next === this.#items.length) this.clear();
    else if (this.#next >= 1024 && this.#next * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /** Drops the first item that does not pass, and all behind it. */
  keepWhile(passes: (item: T) => boolean): void {
    const waiting = this.#items.slice(this.#next);
    const end = waiting.findIndex((item) => !passes(item));
    this.#items = end < 0 ? waiting : waiting.slice(0, end);
    this.#next = 0;
  }

  clear(): void {
    this.#items = [];
    this.#next = 0;
  }
}
