/**
 * The memory of a model: every write can be taken back, and the state of the whole is known by a
 * hash that is kept up to date, so that a search can return to where it was and recognise a state
 * that it has been in.
 */

/** Words at the end of the memory that belong to the model, not to the code under test. */
export const GHOST_WORDS = 1_024;

/** Spreads a number over 32 bits. */
export function mix(value: number, seed: number): number {
  let h = Math.imul(value ^ seed, 0x9e37_79b1);
  h = Math.imul(h ^ (h >>> 15), 0x85eb_ca6b);
  return h ^ (h >>> 13);
}

export class ModelMemory {
  readonly words: Int32Array;
  /** Where the model's own words begin. */
  readonly ghosts: number;
  hashLow = 0;
  hashHigh = 0;
  readonly #changedAt: number[] = [];
  readonly #changedFrom: number[] = [];

  constructor(sizeBytes: number) {
    this.ghosts = sizeBytes / 4;
    this.words = new Int32Array(new SharedArrayBuffer(sizeBytes + GHOST_WORDS * 4));
  }

  write(index: number, value: number): void {
    const old = this.words[index]!;
    if (old === value) return;
    this.#changedAt.push(index);
    this.#changedFrom.push(old);
    this.#put(index, old, value);
  }

  /** A moment to which `rollBack` returns. */
  get now(): number {
    return this.#changedAt.length;
  }

  rollBack(moment: number): void {
    while (this.#changedAt.length > moment) {
      const index = this.#changedAt.pop()!;
      this.#put(index, this.words[index]!, this.#changedFrom.pop()!);
    }
  }

  #put(index: number, old: number, value: number): void {
    this.words[index] = value;
    this.hashLow ^= mix(index, mix(old, 1)) ^ mix(index, mix(value, 1));
    this.hashHigh ^= mix(index, mix(old, 2)) ^ mix(index, mix(value, 2));
  }
}
