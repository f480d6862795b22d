/**
 * Functions made ready to be called by workers: coded once, told to each worker once, and known by
 * a number from then on.
 */
import type { Cargo } from "./cargo.ts";

/** How much the newest call says about how long calls take. */
const WEIGHT = 0.2;

export class Callable {
  readonly name: string;
  readonly number: number;
  /** The function's coded form. */
  readonly cargo: Cargo;
  /** How long one call takes, of late; undefined before the first. */
  meanMs: number | undefined = undefined;

  constructor(name: string, number: number, cargo: Cargo) {
    this.name = name;
    this.number = number;
    this.cargo = cargo;
  }

  learn(ms: number): void {
    this.meanMs = this.meanMs === undefined ? ms : this.meanMs + (ms - this.meanMs) * WEIGHT;
  }
}
