/**
 * What decides which task is next. A policy is a pure data structure: it holds tasks, and is told
 * the time by whoever makes it.
 */
import { Ageing } from "./policies/ageing.ts";
import { ByPriority } from "./policies/by-priority.ts";
import { Custom } from "./policies/custom.ts";
import { Feedback } from "./policies/feedback.ts";
import { checkFigure, checkFigures, checkName, type Figures } from "./policies/figures.ts";
import { Line } from "./policies/line.ts";
import { ShortestFirst } from "./policies/shortest-first.ts";
import { Stack } from "./policies/stack.ts";

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

/**
 * An order of tasks. `pop` gives the next one, undefined when there is none. A policy of one's own
 * must give each task that it was given once, and one as long as it has any: what it holds fails
 * otherwise.
 */
export interface Policy<T = Schedulable> {
  /** Takes a task in: a new one, or one whose slice is used up. */
  push(task: T): void;
  /** Gives out the task that is next. */
  pop(): T | undefined;
  /** How many tasks it holds. */
  readonly size: number;
  /** How long generators may run before they are pushed again; to their end unless told. */
  readonly sliceMs?: number;
}

/**
 * First come first served; last come first served; round robin, in slices; lowest `priority` number
 * first; shortest `cost` first; levels that those sink through who take long.
 */
export type ScheduleName = "fifo" | "lifo" | "rr" | "priority" | "sjf" | "mlfq";

/** A policy with its own figures. */
export interface ScheduleOptions {
  /** Which of the orders it is. */
  readonly policy: ScheduleName;
  /** How long a generator may run before others get their turn; `mlfq` doubles it at each level. */
  readonly sliceMs?: number;
  /** How many levels `mlfq` has: 3 unless told. */
  readonly levels?: number;
  /**
   * The waiting that makes up for one step of the number (`priority`: 1,000) or for one millisecond
   * of cost (`sjf`: 10).
   */
  readonly ageMs?: number;
  /** How long a task may wait at a lower level of `mlfq` before it is lifted: 1,000 unless told. */
  readonly boostMs?: number;
}

/** An order of tasks: by its name, by name and figures, or one of your own. */
export type Schedule = ScheduleName | ScheduleOptions | Policy;

/** A policy as the engine uses it. */
export interface ChosenPolicy<T extends Schedulable = Schedulable> {
  /** A user's may throw from `push` (the task is not held then) and from `pop`: drain then. */
  readonly policy: Policy<T>;
  /** How long a generator may run before it has to make room; null: to its end. */
  readonly sliceMs: number | null;
  /** The same for this task, which was just popped: under `mlfq` it depends on the level. */
  readonly sliceMsOf: (task: T) => number | null;
  /** Takes out everything. */
  readonly drain: () => T[];
  /** `arrival`: the next task never depends on tasks that come later, priorities apart. */
  readonly ordered: "arrival" | "other";
}

/**
 * Makes the policy that a schedule names.
 * @throws TypeError for something that is no schedule, RangeError for unknown names and figures
 */
export function policyOf<T extends Schedulable = Schedulable>(
  schedule: Schedule = "fifo",
  now: () => number = () => performance.now(),
): ChosenPolicy<T> {
  if (typeof schedule !== "object" || schedule === null) {
    return named<T>({ policy: checkName(schedule) }, now);
  }
  if ("policy" in schedule) return named<T>(schedule, now);
  const sliceMs = checkCustom(schedule);
  const policy = new Custom<T>(schedule as Policy<T>);
  return {
    policy,
    sliceMs,
    sliceMsOf: () => sliceMs,
    drain: () => policy.drain(),
    ordered: "other",
  };
}

function named<T extends Schedulable>(
  options: ScheduleOptions,
  now: () => number,
): ChosenPolicy<T> {
  const name = checkName(options.policy);
  const figures = checkFigures(name, options);
  const { sliceMs } = figures;
  const policy = make<T>(name, figures, now);
  return {
    policy,
    sliceMs,
    sliceMsOf: (task) => (policy instanceof Feedback ? policy.sliceMsOf(task) : sliceMs),
    drain: () => Array.from({ length: policy.size }, () => policy.pop()!),
    ordered: name === "fifo" && sliceMs === null ? "arrival" : "other",
  };
}

function make<T extends Schedulable>(
  name: ScheduleName,
  { sliceMs, levels, ageMs, boostMs }: Figures,
  now: () => number,
): Policy<T> {
  if (name === "lifo") return new ByPriority<T>(() => new Stack());
  if (name === "priority") return new Ageing<T>(ageMs, sliceMs !== null, now);
  if (name === "sjf") return new ShortestFirst<T>(ageMs, sliceMs !== null, now);
  if (name === "mlfq") return new Feedback<T>(sliceMs!, levels, boostMs, now);
  // fifo and rr differ in whether there are slices: who used one up is pushed again, at the end.
  return new ByPriority<T>(() => new Line());
}

/** Gives its slice. The size is read once, so that a schedule without one is noticed here. */
function checkCustom(schedule: Policy): number | null {
  for (const method of ["push", "pop"] as const) {
    if (typeof schedule[method] === "function") continue;
    throw new TypeError(
      `A schedule of your own needs push(task), pop() and size; ${method} is ` +
        typeof schedule[method],
    );
  }
  const { size, sliceMs } = schedule as { size: unknown; sliceMs?: unknown };
  if (typeof size !== "number") {
    throw new TypeError(`The size of a schedule of your own must be a number, not ${typeof size}`);
  }
  if (size !== 0) {
    throw new RangeError(
      `A schedule of your own must be empty at first, and belong to one pool; its size is ${size}`,
    );
  }
  return sliceMs === undefined ? null : checkFigure("sliceMs", sliceMs);
}
