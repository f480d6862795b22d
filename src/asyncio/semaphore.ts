/** Permits between the tasks of one thread. */
import { showByToString } from "../core/shown.ts";
import { Lockable, type LockOptions } from "./lockable.ts";
import { lockStaysHere } from "./stays-here.ts";

/** Lets a limited number of tasks in, first come first served. */
export class Semaphore extends Lockable {
  #value: number;

  /** @throws RangeError for a value that is no whole number from zero */
  constructor(value = 1, options?: LockOptions) {
    super("Semaphore", options);
    this.#value = count(value, "the value of a semaphore", 0);
  }

  /** The permits that are free. */
  get value(): number {
    return this.#value;
  }

  /** True when an acquire would have to wait. */
  get locked(): boolean {
    return this.#value === 0;
  }

  tryAcquire(): boolean {
    if (this.#value === 0) return false;
    this.#value--;
    return true;
  }

  /** Gives `n` permits back. @throws RangeError for n below 1 */
  release(n = 1): void {
    countPermits(n);
    for (let left = n; left > 0; left--) if (this.passOn() === undefined) this.#value++;
  }
}
showByToString(Semaphore);
lockStaysHere(Semaphore, "Semaphore");

/** A semaphore that refuses to be released more often than it was acquired. */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(value = 1, options?: LockOptions) {
    super(value, options);
    this.#bound = value;
  }

  /** @throws RangeError when more would be free than at first; nothing is released then */
  override release(n = 1): void {
    countPermits(n);
    if (this.value + n > this.#bound)
      throw new RangeError(
        `${this.name} has ${this.value} of ${this.#bound} permits; ${n} more were never acquired`,
      );
    super.release(n);
  }
}
lockStaysHere(BoundedSemaphore, "BoundedSemaphore");

const countPermits = (n: number): void => void count(n, "the number of permits", 1);

function count(value: number, what: string, least: number): number {
  if (typeof value !== "number")
    throw new TypeError(`${what} must be a number, not ${typeof value}`);
  if (!Number.isInteger(value) || value < least)
    throw new RangeError(`${what} must be a whole number from ${least}, not ${value}`);
  return value;
}
