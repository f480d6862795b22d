/**
 * Lower priority numbers first; what equals do among themselves is up to the lanes, of which there
 * is one for each number in use. As long as all numbers are equal there is one lane, and nothing is
 * compared or looked up: queueing and taking cost the same for one task as for a million.
 */
import type { Policy, Schedulable } from "../policy.ts";
import { LowestFirst } from "./lowest-first.ts";

interface Lane<T> {
  readonly priority: number;
  readonly tasks: Policy<T>;
}

export class ByPriority<T extends Schedulable> implements Policy<T> {
  readonly #makeLane: () => Policy<T>;
  /** The lane with the lowest number; it alone may be empty, and then there is no other. */
  #front: Lane<T>;
  /** The lanes behind the front one, each with something in it. */
  readonly #behind: LowestFirst<Lane<T>> = new LowestFirst();
  readonly #laneOf = new Map<number, Lane<T>>();
  #size = 0;

  constructor(makeLane: () => Policy<T>) {
    this.#makeLane = makeLane;
    this.#front = { priority: 0, tasks: makeLane() };
  }

  get size(): number {
    return this.#size;
  }

  push(task: T): void {
    if (task.priority === this.#front.priority) this.#front.tasks.push(task);
    else this.#pushElsewhere(task);
    this.#size++;
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const task = this.#front.tasks.pop();
    this.#size--;
    if (this.#size > 0 && this.#front.tasks.size === 0) {
      this.#front = this.#behind.pop()!;
      this.#laneOf.delete(this.#front.priority);
    }
    return task;
  }

  #pushElsewhere(task: T): void {
    const { priority } = task;
    let lane = this.#laneOf.get(priority);
    if (lane === undefined) {
      lane = { priority, tasks: this.#makeLane() };
      if (this.#size === 0) this.#front = lane;
      else if (priority < this.#front.priority) this.#putBehind(this.#moveAhead(lane));
      else this.#putBehind(lane);
    }
    lane.tasks.push(task);
  }

  /** Makes `lane` the front one; gives the one that was. */
  #moveAhead(lane: Lane<T>): Lane<T> {
    const former = this.#front;
    this.#front = lane;
    return former;
  }

  #putBehind(lane: Lane<T>): void {
    this.#laneOf.set(lane.priority, lane);
    this.#behind.push(lane, lane.priority);
  }
}
