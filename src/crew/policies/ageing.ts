/**
 * `priority`: lower numbers first, but waiting counts, so that nobody starves.
 *
 * A task's rank is its priority number less what its waiting is worth: one for each `ageMs`. All
 * that wait age alike, so the order between two never changes while they wait, and it can be fixed
 * when they come:
 *
 *     rank = priority − (now − arrival) / ageMs   orders as   key = priority + arrival / ageMs
 *
 * A task of number p is therefore passed by one of number q < p only if that one comes less than (p
 * − q) × ageMs after it: with `ageMs` 1,000, a task of 5 goes before all tasks of 0 that come more
 * than five seconds later. A number of Infinity never ages: such a task runs when there is no
 * other.
 *
 * With slices, a task that comes back keeps the time at which it came first.
 */
import type { Policy, Schedulable } from "../policy.ts";
import { Arrivals } from "./arrivals.ts";
import { LowestFirst } from "./lowest-first.ts";

export class Ageing<T extends Schedulable> implements Policy<T> {
  readonly #tasks: LowestFirst<T> = new LowestFirst();
  readonly #arrivals: Arrivals<T>;
  readonly #ageMs: number;

  constructor(ageMs: number, slices: boolean, now: () => number) {
    this.#ageMs = ageMs;
    this.#arrivals = new Arrivals(now, slices);
  }

  get size(): number {
    return this.#tasks.size;
  }

  push(task: T): void {
    this.#tasks.push(task, task.priority + this.#arrivals.of(task) / this.#ageMs);
  }

  pop(): T | undefined {
    return this.#tasks.pop();
  }
}
