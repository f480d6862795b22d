/** When tasks came. One that returns from a slice keeps the time at which it came first. */
import type { Schedulable } from "../policy.ts";

export class Arrivals<T extends Schedulable> {
  readonly #now: () => number;
  /** Only where tasks return from slices: it costs more than all the rest of a push. */
  readonly #first: WeakMap<T, number> | null;

  constructor(now: () => number, slices: boolean) {
    this.#now = now;
    this.#first = slices ? new WeakMap() : null;
  }

  of(task: T): number {
    if (this.#first === null) return this.#now();
    const first = task.sliced ? this.#first.get(task) : undefined;
    if (first !== undefined) return first;
    const arrival = this.#now();
    this.#first.set(task, arrival);
    return arrival;
  }
}
