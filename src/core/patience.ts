/**
 * How long it is worth looking again and again before one sleeps. Being woken costs tens of
 * microseconds, so where answers have come sooner of late, looking is cheaper for both sides. Where
 * they have not, one sleeps at once, and tries again every now and then. On one CPU nobody could
 * answer while we look.
 *
 * Two who ask each other in turn and both sleep find each other late, and for ever, unless one of
 * them happens to look while the other does. So a trial is long enough for one who must be woken
 * first: it comes off although the other slept, and from then on both look at the same time.
 */
import { availableParallelism } from "node:os";

const MOST_MS = 0.05;
const LEAST_MS = 0.01;
/** Longer than it takes to wake somebody. */
const TRIAL_MS = 0.12;
/** How many waits there are at most from one trial to the next. */
const FAR_APART = 32;
const SEVERAL_CPUS: boolean = availableParallelism() > 1;

export class Patience {
  #ms = MOST_MS;
  #waits = 0;
  /** From trial to trial; fewer after one that came off. */
  #apart = 1;

  /** How long to look this time. */
  next(): number {
    if (!SEVERAL_CPUS) return 0;
    if (this.#ms > 0) return this.#ms;
    if (++this.#waits < this.#apart) return 0;
    this.#waits = 0;
    return TRIAL_MS;
  }

  /** Whether the answer came while one looked. */
  learn(came: boolean): void {
    if (came) {
      this.#ms = MOST_MS;
      this.#apart = 1;
    } else if (this.#ms > 0) this.#ms = this.#ms > LEAST_MS ? this.#ms * 0.7 : 0;
    else if (this.#apart < FAR_APART) this.#apart *= 2;
  }
}
