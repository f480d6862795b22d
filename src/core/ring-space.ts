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
 *
 * Reading the other's counter costs most of what a short message costs, since it was just written
 * elsewhere. A side that is always the same object keeps in mind what it saw last: counters only
 * rise, so there is at least as much as there was. Objects that take turns at one side may not:
 * what they saw could be older than a round of the counter.
 */
import { atomics } from "./atomics.ts";

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
  readonly #alone: boolean;
  /** The other side's counter, as it was last seen. */
  #seenHead = 0;
  #seenTail = 0;
  /** Where the bytes of the first message are, after `first`. */
  from = 0;
  to = 0;

  /**
   * @param size in words, a power of two
   * @param alone whether the side that this object is used for has no other, from the first message
   */
  constructor(words: Int32Array, { head, tail, data }: RingPlaces, size: number, alone = false) {
    this.#words = words;
    this.#head = head;
    this.#tail = tail;
    this.#data = data;
    this.#size = size;
    this.#alone = alone;
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
    const offset = head & (this.#size - 1);
    const toEnd = this.#size - offset;
    const need = wordsFor(mostBytes);
    // What is left before the end is skipped when it is too short.
    const skipped = toEnd < need ? toEnd : 0;
    const most = this.#size - skipped - need;
    if (!this.#alone || (head - this.#seenTail) >>> 0 > most) {
      this.#seenTail = atomics.load(this.#words, this.#tail);
      if ((head - this.#seenTail) >>> 0 > most) return -1;
    }
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
    if (!this.#alone || this.#seenHead === tail) {
      this.#seenHead = atomics.load(words, this.#head);
      if (this.#seenHead === tail) return false;
    }
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
