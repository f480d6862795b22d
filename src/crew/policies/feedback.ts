/**
 * `mlfq`, multilevel feedback: what turns out to be long makes room for what is new, without
 * anybody saying beforehand how long it takes (the rules are Corbató's of 1962, as textbooks give
 * them).
 *
 * 1. Every task begins at level 0. The first of the highest level that has any is next.
 * 2. A task that used up its slice goes down one level, to the end of its line; at the last level
 *    it goes round. The slice at level n is sliceMs × 2ⁿ: who is long is interrupted less often.
 * 3. At the latest `boostMs` after a task went down, all that wait below level 0 come back up, the
 *    higher levels first. So nobody starves: whatever comes in, one that waits is among the first
 *    in line again after boostMs, behind only those who were there then.
 *
 * The priority numbers of tasks do not count here.
 */
import type { Policy, Schedulable } from "../policy.ts";
import { Line } from "./line.ts";

/** Where a task that used up a slice is; worth nothing after a later boost. */
interface Standing {
  readonly level: number;
  readonly boosts: number;
}

export class Feedback<T extends Schedulable> implements Policy<T> {
  readonly #levels: readonly Line<T>[];
  readonly #standings = new WeakMap<T, Standing>();
  readonly #sliceMs: number;
  readonly #boostMs: number;
  readonly #now: () => number;
  /** How many wait below level 0. */
  #below = 0;
  /** When the time to the next boost began: with the first one below level 0. */
  #belowSince = 0;
  #boosts = 0;

  constructor(sliceMs: number, levels: number, boostMs: number, now: () => number) {
    this.#levels = Array.from({ length: levels }, () => new Line<T>());
    this.#sliceMs = sliceMs;
    this.#boostMs = boostMs;
    this.#now = now;
  }

  get size(): number {
    return this.#levels[0]!.size + this.#below;
  }

  /** The slice that a task gets when it runs next. */
  sliceMsOf(task: T): number {
    return this.#sliceMs * 2 ** this.#levelOf(task);
  }

  push(task: T): void {
    const level = task.sliced ? this.#demote(task) : 0;
    this.#levels[level]!.push(task);
    if (level > 0 && this.#below++ === 0) this.#belowSince = this.#now();
  }

  pop(): T | undefined {
    if (this.#below > 0 && this.#now() - this.#belowSince >= this.#boostMs) this.#boost();
    const level = this.#levels.findIndex((line) => line.size > 0);
    if (level > 0) this.#below--;
    return this.#levels[level]?.pop();
  }

  #levelOf(task: T): number {
    const standing = this.#standings.get(task);
    return standing?.boosts === this.#boosts ? standing.level : 0;
  }

  #demote(task: T): number {
    const level = Math.min(this.#levelOf(task) + 1, this.#levels.length - 1);
    this.#standings.set(task, { level, boosts: this.#boosts });
    return level;
  }

  #boost(): void {
    const [top, ...lower] = this.#levels as [Line<T>, ...Line<T>[]];
    for (const line of lower) while (line.size > 0) top.push(line.pop()!);
    this.#below = 0;
    this.#boosts++;
  }
}
