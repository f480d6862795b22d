/**
 * What decides which task is next. A policy is a pure data structure: it holds tasks, and is told
 * the time by whoever makes it.
 */

/** What a policy may look at; every task has it. */
export interface Schedulable {
  /** The name of the function. */
  readonly name: string;
  /** Lower numbers run first; 0 unless given. */
  readonly priority: number;
  /** How long it takes in milliseconds: given, or the mean of this function so far. */
  readonly cost: number | undefined;
  /** How long it has run so far. */
  readonly usedMs: number;
  /** Whether it comes back because its time slice is used up. */
  readonly sliced: boolean;
}

/** An order of tasks. `pop` gives the next one, undefined when there is none. */
export interface Policy<T = Schedulable> {
  push(task: T): void;
  pop(): T | undefined;
  readonly size: number;
}

export type ScheduleName = "fifo" | "lifo" | "rr" | "priority" | "sjf" | "mlfq";

/** A policy with its own figures. */
export interface ScheduleOptions {
  readonly policy: ScheduleName;
  readonly sliceMs?: number;
  readonly levels?: number;
}

export type Schedule = ScheduleName | ScheduleOptions | Policy;

/** A policy as the engine uses it. */
export interface ChosenPolicy<T extends Schedulable = Schedulable> {
  readonly policy: Policy<T>;
  /** How long a generator may run before it has to make room; null: to its end. */
  readonly sliceMs: number | null;
  /** `arrival`: the next task never depends on tasks that come later, priorities apart. */
  readonly ordered: "arrival" | "other";
}

/**
 * Makes the policy that a schedule names.
 * @throws TypeError for something that is no schedule, RangeError for unknown names and figures
 */
export function policyOf<T extends Schedulable = Schedulable>(
  schedule: Schedule = "fifo",
  _now: () => number = () => performance.now(),
): ChosenPolicy<T> {
  if (typeof schedule === "object" && "push" in schedule) {
    return { policy: schedule as Policy<T>, sliceMs: null, ordered: "other" };
  }
  return { policy: new Arrival<T>(), sliceMs: null, ordered: "arrival" };
}

class Arrival<T extends Schedulable> implements Policy<T> {
  #tasks: T[] = [];
  #next = 0;

  get size(): number {
    return this.#tasks.length - this.#next;
  }

  push(task: T): void {
    this.#tasks.push(task);
  }

  pop(): T | undefined {
    if (this.#next === this.#tasks.length) return undefined;
    const task = this.#tasks[this.#next++];
    if (this.#next >= 1024 && this.#next * 2 > this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#next);
      this.#next = 0;
    }
    return task;
  }
}
