/**
 * A piece of work for a crew: a function, its arguments, and what becomes of it. The public modules
 * extend it by what they do with a result; all else is the engine's.
 */
import type { Callable } from "./callable.ts";
import type { Cargo } from "./cargo.ts";
import type { Link } from "./link.ts";
import type { Schedulable } from "./policy.ts";

/** `fn(...args)`, or for each item of `args`: `fn(item)`, or `fn(...item)`. */
export type Mode = "call" | "each" | "each-spread";

/** What the modes for many items give: values in order, and errors where items failed. */
export interface EachResult {
  readonly values: unknown[];
  readonly failures: ReadonlyMap<number, unknown> | null;
  /** Which of these are refusals: their error names the place within this task. */
  readonly refused: readonly number[];
}

/**
 * - `new`: not submitted;
 * - `waiting`: in the crew's queue;
 * - `drained`: out of the queue, about to end;
 * - `offered`: on its way to a worker, or running there;
 * - `parked`: a generator that has used up its time slice, in its worker;
 * - `over`: it has ended, or was taken back.
 */
export type Phase = "new" | "waiting" | "drained" | "offered" | "parked" | "over";

export abstract class Task implements Schedulable {
  readonly callable: Callable;
  readonly mode: Mode;
  /** Let go of as soon as they are coded. */
  args: readonly unknown[];
  readonly priority: number;
  /** How many calls it makes. */
  readonly calls: number;
  readonly #givenCost: number | undefined;
  usedMs = 0;
  sliced = false;

  // Where it is: the engine's own notes, here because a million tasks may wait.
  phase: Phase = "new";
  /** Its place in the order of arrival. */
  sequence = 0;
  /** What it is to its worker: the kind of its message. */
  kind = 0;
  /** Its coded arguments, while it waits. */
  cargo: Cargo | null = null;
  /** The link that it was offered on, and its number there. */
  link: Link | null = null;
  number = 0;
  /** How long it may run before it makes room, in µs; 0: to its end. */
  slice = 0;
  /** The number that its generator has in the worker where it is parked. */
  generator = 0;

  constructor(
    callable: Callable,
    mode: Mode,
    args: readonly unknown[],
    priority = 0,
    cost?: number,
  ) {
    this.callable = callable;
    this.mode = mode;
    this.args = args;
    this.priority = priority;
    this.calls = mode === "call" ? 1 : args.length;
    this.#givenCost = cost;
  }

  /** What its caller is told when its arguments cannot cross. */
  refusal(error: unknown): unknown {
    return error;
  }

  get name(): string {
    return this.callable.name;
  }

  /** As given, or what its function takes by now; a function may be learnt while its tasks wait. */
  get cost(): number | undefined {
    if (this.#givenCost !== undefined) return this.#givenCost;
    const { meanMs } = this.callable;
    return meanMs === undefined ? undefined : meanMs * this.calls;
  }

  /**
   * The task ended with a value (for many items, an `EachResult`). Each task ends once, by this or
   * by `fail`, in the crew's thread and never inside `submit`. Neither may throw.
   */
  abstract succeed(value: unknown): void;

  /** The task ended with an error: its own, or of what happened to it. */
  abstract fail(error: unknown): void;
}
