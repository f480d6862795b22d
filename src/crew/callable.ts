/**
 * Functions made ready to be called by workers: coded once, told to each worker once, and known by
 * a number from then on.
 */
import type { Cargo } from "./cargo.ts";

/** How much the newest call says about how long calls take. */
const WEIGHT = 0.2;

/** How long calls of a function take, however often the function is coded. */
export class Pace {
  /** Of late; undefined before the first call has ended. */
  meanMs: number | undefined = undefined;

  learn(ms: number): void {
    this.meanMs = this.meanMs === undefined ? ms : this.meanMs + (ms - this.meanMs) * WEIGHT;
  }
}

export class Callable {
  readonly name: string;
  readonly number: number;
  /** The function's coded form. */
  readonly cargo: Cargo;
  readonly #pace: Pace;

  constructor(name: string, number: number, cargo: Cargo, pace: Pace) {
    this.name = name;
    this.number = number;
    this.cargo = cargo;
    this.#pace = pace;
  }

  /** How long one call takes, of late; undefined before the first. */
  get meanMs(): number | undefined {
    return this.#pace.meanMs;
  }

  learn(ms: number): void {
    this.#pace.learn(ms);
  }
}
