/** Inputs for maps, and what becomes of their outputs. */

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** An input that knows how much of it was taken, and whether it was closed. */
export class Source implements Iterable<number> {
  pulled = 0;
  closed = false;
  readonly #failAt: number;

  constructor(failAt = Infinity) {
    this.#failAt = failAt;
  }

  *[Symbol.iterator](): Generator<number> {
    try {
      for (;;) {
        if (this.pulled === this.#failAt) throw new RangeError("the input failed");
        yield this.pulled++;
      }
    } finally {
      this.closed = true;
    }
  }

  async *later(): AsyncGenerator<number> {
    for (const item of this) yield item;
  }
}

export async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}
