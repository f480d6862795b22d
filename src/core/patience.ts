/**
 * How long it is worth looking again and again before one sleeps. Being woken costs tens of
 * microseconds, so where answers have come sooner of late, looking is cheaper for both sides. Where
 * they have not, one sleeps at once, and tries again every now and then. On one CPU nobody could
 * answer while we look.
 */
import { availableParallelism } from "node:os";

const MOST_MS = 0.05;
const LEAST_MS = 0.01;
const TRY_EVERY = 32;

export class Patience {
  readonly #mostMs: number = availableParallelism() > 1 ? MOST_MS : 0;
  #ms: number = this.#mostMs;
  #waits = 0;

  /** How long to look this time. */
  next(): number {
    return this.#ms === 0 && ++this.#waits % TRY_EVERY === 0 ? this.#mostMs : this.#ms;
  }

  /** Whether the answer came while one looked. */
  learn(came: boolean): void {
    if (came) this.#ms = this.#mostMs;
    else this.#ms = this.#ms > LEAST_MS ? this.#ms * 0.7 : 0;
  }
}
