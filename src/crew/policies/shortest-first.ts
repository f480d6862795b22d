/**
 * `sjf`: the shortest job first, but waiting counts, so that nobody starves.
 *
 * A task's rank is its cost in milliseconds less what its waiting is worth: one for each `ageMs`
 * (ten, unless told). All that wait age alike, so the order between two can be fixed when they
 * come:
 *
 *     rank = cost − (now − arrival) / ageMs   orders as   key = cost + arrival / ageMs
 *
 * A task of cost c is passed by shorter ones only if they come less than c × ageMs after it: one of
 * a second by those that come in the next ten seconds, and by no later one.
 *
 * The cost is the user's, or what the function took so far. Until either is known, the mean of all
 * known costs stands for it. Functions are often learnt while their tasks wait, so tasks without a
 * cost wait in a line for each function, and the first of each line is asked anew when a task is
 * taken.
 *
 * With slices, what counts is what remains (shortest remaining time first). One that has run longer
 * than was assumed is taken to be half through.
 */
import type { Policy, Schedulable } from "../policy.ts";
import { Arrivals } from "./arrivals.ts";
import { Line } from "./line.ts";
import { LowestFirst } from "./lowest-first.ts";

interface Waiting<T> {
  readonly task: T;
  readonly arrival: number;
}

export class ShortestFirst<T extends Schedulable> implements Policy<T> {
  readonly #known: LowestFirst<T> = new LowestFirst();
  /** By the function's name; no line is empty. There are no more than functions in the program. */
  readonly #unknown = new Map<string, Line<Waiting<T>>>();
  readonly #arrivals: Arrivals<T>;
  readonly #ageMs: number;
  #size = 0;
  #costsSeen = 0;
  #sumOfCosts = 0;

  constructor(ageMs: number, slices: boolean, now: () => number) {
    this.#ageMs = ageMs;
    this.#arrivals = new Arrivals(now, slices);
  }

  get size(): number {
    return this.#size;
  }

  push(task: T): void {
    const arrival = this.#arrivals.of(task);
    const { cost } = task;
    if (cost === undefined && !task.sliced) {
      this.#lineOf(task.name).push({ task, arrival });
    } else {
      if (cost !== undefined && !task.sliced) this.#see(cost);
      this.#known.push(task, this.#key(task, arrival));
    }
    this.#size++;
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size--;
    const [name, key] = this.#shortestUnknown();
    if (name === undefined || this.#known.firstKey <= key) return this.#known.pop();
    const line = this.#unknown.get(name)!;
    const { task } = line.pop()!;
    if (line.size === 0) this.#unknown.delete(name);
    return task;
  }

  #key(task: T, arrival: number): number {
    const cost = task.cost ?? this.#meanCost;
    const { usedMs } = task;
    const remaining = cost > usedMs ? cost - usedMs : usedMs;
    return remaining + arrival / this.#ageMs;
  }

  #shortestUnknown(): [name: string | undefined, key: number] {
    let shortest: string | undefined;
    let lowest = Infinity;
    for (const [name, line] of this.#unknown) {
      const { task, arrival } = line.first!;
      const key = this.#key(task, arrival);
      if (shortest !== undefined && key >= lowest) continue;
      shortest = name;
      lowest = key;
    }
    return [shortest, lowest];
  }

  #lineOf(name: string): Line<Waiting<T>> {
    let line = this.#unknown.get(name);
    if (line === undefined) this.#unknown.set(name, (line = new Line()));
    return line;
  }

  #see(cost: number): void {
    if (cost === Infinity) return;
    this.#costsSeen++;
    this.#sumOfCosts += cost;
  }

  get #meanCost(): number {
    return this.#costsSeen === 0 ? 0 : this.#sumOfCosts / this.#costsSeen;
  }
}
