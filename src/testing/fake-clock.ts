import { checkTime } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";

/** A sleeper of a fake clock. */
interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock that goes only when it is told to, for code that takes its time from outside, such as
 * `new Scheduler({ time: clock.time, delay: clock.delay })`.
 *
 * @example
 * ```ts
 * const clock = new FakeClock();
 * const slept = clock.delay(1_000);
 * await clock.advance(1_000);
 * await slept;
 * ```
 */
export class FakeClock {
  static {
    showByToString(FakeClock);
  }

  #now: number;
  #sleepers: Sleeper[] = [];

  /** @param start what it shows first, in milliseconds */
  constructor(start = 0) {
    if (typeof start !== "number")
      throw new TypeError(`start must be a number of milliseconds, not ${typeof start}`);
    if (!Number.isFinite(start)) throw new RangeError(`a clock cannot start at ${start}`);
    this.#now = start;
  }

  /** The time it shows; may be handed over without its object. */
  readonly time = (): number => this.#now;

  /** Resolves when the clock has gone `ms` further; may be handed over without its object. */
  readonly delay = async (ms: number): Promise<void> => {
    const at = this.#now + checkTime(ms, "ms");
    if (ms === 0) return;
    await new Promise<void>((wake) => {
      this.#sleepers.push({ at, wake });
    });
  };

  /** How many delays have not ended. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  /**
   * Lets the clock go `ms` further. Delays end in the order of their times, each at its time, and
   * what they wake runs before the clock goes on: new delays that it makes count too.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + checkTime(ms, "ms");
    for (;;) {
      const due = this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#now = due.at;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== due);
      due.wake();
      // A macrotask, so that chains of promises that were woken come to rest.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }

  toString(): string {
    return `FakeClock at ${this.#now} ms (${this.#sleepers.length} waiting)`;
  }
}
