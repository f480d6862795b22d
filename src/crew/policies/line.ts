/**
 * First in, first out, for a million items: a chain of blocks. Adding and taking never move what is
 * queued, and a block that was drained is let go of.
 */
const BLOCK = 1024;

interface Block<T> {
  readonly items: (T | undefined)[];
  next: Block<T> | null;
}

const emptyBlock = <T>(): Block<T> => ({ items: [], next: null });

export class Line<T> {
  #first: Block<T> = emptyBlock();
  #last: Block<T> = this.#first;
  /** Where the next item to take stands in the first block. */
  #at = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first.items[this.#at];
  }

  push(item: T): void {
    if (this.#last.items.length === BLOCK) {
      this.#last.next = emptyBlock();
      this.#last = this.#last.next;
    }
    this.#last.items.push(item);
    this.#size++;
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const { items, next } = this.#first;
    const item = items[this.#at];
    items[this.#at++] = undefined;
    this.#size--;
    if (this.#at === items.length) {
      this.#at = 0;
      if (next === null) items.length = 0;
      else this.#first = next;
    }
    return item;
  }
}
