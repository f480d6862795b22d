import { showByToString } from "../core/shown.ts";

/**
 * A value that each thread has for itself: what one sets, no other sees.
 *
 * Threads share no variables anyway; this makes the intention visible, and a Local that goes to a
 * thread begins there without a value, or with what `initial` makes.
 */
export class Local<T> {
  readonly #initial: (() => T) | undefined;
  #value: T | undefined;
  #has = false;

  /** @param initial makes the value in each thread that asks before it has set one */
  constructor(initial?: () => T) {
    if (initial !== undefined && typeof initial !== "function") {
      throw new TypeError("initial must be a function");
    }
    this.#initial = initial;
  }

  get(): T | undefined {
    if (!this.#has && this.#initial !== undefined) this.set(this.#initial());
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    this.#has = true;
  }

  toString(): string {
    return `Local(${this.#has ? String(this.#value) : "not set"})`;
  }

  static {
    showByToString(this);
  }
}
