/**
 * Where messages lie in a ring of words with one writer and one reader (Lamport's queue). Whoever
 * uses it sees to it that there is one of each, and that they wake each other.
 *
 *   HEAD   words written so far, modulo 2^32; a message exists once it is below HEAD
 *   TAIL   words read so far; room exists above HEAD up to TAIL + size
 *   data   a message is its length in bytes, one word, and its bytes, padded to words; SKIP instead
 *          of a length says that the next message is at the start
 *
 * Each side writes one counter and reads the other's, and what lies between them belongs to exactly
 * one side. A message lies in one piece, so a room of half the size always fits an empty ring.
 */
import * as atomics from "./atomics.ts";

const SKIP = -1;

const wordsFor = (bytes: number): number => (bytes + 7) >>> 2;

/** Where the two counters and the data are, as positions of words. */
export interface RingPlaces {
  readonly head: number;
  readonly tail: number;
  readonly data: number;
}

export class RingSpace {
  readonly #words: Int32Array;
  readonly #head: number;
  readonly #tail: number;
  readonly #data: number;
  readonly #size: number;
  /** Where the message begins that was placed last, and the words skipped before it. */
  #placed = 0;
  #skipped = 0;
  /** Where the bytes of the first message are, after `first`. */
  from = 0;
  to = 0;

  /** @param size in words, a power of two */
  constructor(words: Int32Array, { head, tail, data }: RingPlaces, size: number) {
    this.#words = words;
    this.#head = head;
    this.#tail = tail;
    this.#data = data;
    this.#size = size;
  }

  get maxMessageBytes(): number {
    return (this.#size / 2 - 2) * 4;
  }

  get isEmpty(): boolean {
    return atomics.load(this.#words, this.#head) === atomics.load(this.#words, this.#tail);
  }

  /** The writer: where to write a message of up to `mostBytes`; -1 while there is no room. */
  place(mostBytes: number): number {
    const head = atomics.load(this.#words, this.#head);
    const free = this.#size - ((head - atomics.load(this.#words, this.#tail)) >>> 0);
    const offset = head & (this.#size - 1);
    const toEnd = this.#size - offset;
    const need = wordsFor(mostBytes);
    // What is left before the end is skipped when it is too short.
    const skipped = toEnd < need ? toEnd : 0;
    if (free < skipped + need) return -1;
    this.#skipped = skipped;
    this.#placed = this.#data + (skipped > 0 ? 0 : offset);
    return (this.#placed + 1) * 4;
  }

  /** The writer: hands over the message that was written where `place` said. */
  commit(length: number): void {
    const words = this.#words;
    const head = atomics.load(words, this.#head);
    if (this.#skipped > 0) words[this.#data + (head & (this.#size - 1))] = SKIP;
    words[this.#placed] = length;
    atomics.store(words, this.#head, (head + this.#skipped + wordsFor(length)) | 0);
  }

  /** The reader: whether there is a message; then `from` and `to` say where. */
  first(): boolean {
    const words = this.#words;
    const tail = atomics.load(words, this.#tail);
    if (atomics.load(words, this.#head) === tail) return false;
    let at = this.#data + (tail & (this.#size - 1));
    if (words[at] === SKIP) at = this.#data;
    this.from = (at + 1) * 4;
    this.to = this.from + words[at]!;
    return true;
  }

  /** The reader: done with the first message; its room is the writer's again. */
  drop(): void {
    const words = this.#words;
    const tail = atomics.load(words, this.#tail);
    const at = this.from / 4 - 1;
    const offset = tail & (this.#size - 1);
    const skipped = at === this.#data && offset !== 0 ? this.#size - offset : 0;
    atomics.store(words, this.#tail, (tail + skipped + wordsFor(words[at]!)) | 0);
  }
}
