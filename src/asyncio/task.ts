/**
 * A coroutine under way: a function that the loop started, with a name, a scope of cancellation
 * and an owner.
 *
 * The body begins at the next turn of the ready queue, in the async context of `createTask`. Its
 * scope is what the library's awaits find through that context; see `scope.ts` for how a
 * cancellation reaches them.
 */
import { CancelledError, InvalidStateError } from "../errors.ts";
import { isThenable } from "./thenable.ts";
import { checkMessage, Future, type FutureState } from "./future.ts";
import { currentOwner, type Owner } from "./owner.ts";
import { whenReady, type Turn } from "./ready.ts";
import { currentScope, Scope } from "./scope.ts";
import { futureStaysHere } from "./stays-here.ts";

/** An async context, as `AsyncLocalStorage.snapshot()` gives it. */
export type Context = <R>(body: () => R) => R;

/** How a task begins, and what it is called. */
export interface TaskOptions {
  /** Shown in messages; `Task-N` when absent. */
  name?: string;
  /** The async context of the body; that of the caller when absent. */
  context?: Context;
  /** Runs the body up to its first await at once, inside the call. */
  eagerStart?: boolean;
}

/** What only a task that was told to stop has. */
class Cancels {
  /** Asked for and not taken back. */
  count = 0;
  /** One has been thrown into the body. */
  delivered = false;
  /** The body asked for it itself. */
  fromInside = false;
}

let created = 0;

/**
 * A coroutine under way, made by `createTask`.
 *
 * Differs from Python: a cancellation can be thrown only into awaits of this library, or of what
 * was given to `cancellable` or takes `task.signal`. A body that ends without any of these after a
 * cancellation keeps its result.
 */
export class Task<T> extends Future<T> implements Turn {
  /** @internal */
  readonly owner: Owner;
  /** @internal The neighbours in the owner's list. */
  before: Task<unknown> | undefined = undefined;
  /** @internal */
  after: Task<unknown> | undefined = undefined;
  readonly #scope: Scope;
  #body: (() => PromiseLike<T> | T) | undefined;
  #name: string | number;
  #cancels: Cancels | undefined;

  /** @internal Use `createTask`. */
  constructor(body: () => PromiseLike<T> | T, options?: TaskOptions, owner?: Owner) {
    super();
    this.#body = body;
    this.#name = options?.name ?? ++created;
    this.owner = owner ?? currentOwner();
    this.owner.tasks.add(this as Task<unknown>);
    const context = options?.context;
    this.#scope = context === undefined ? new Scope(this as Task<unknown>) : scopeIn(context, this);
    this.owner.debug?.created(this as Task<unknown>);
    if (options?.eagerStart === true) this.takeTurn();
    else whenReady(this);
  }

  /** Shown in messages and call graphs; may be set at any time. */
  get name(): string {
    return typeof this.#name === "number" ? `Task-${this.#name}` : this.#name;
  }

  set name(name: string) {
    if (typeof name !== "string") throw new TypeError("a task's name must be a string");
    this.#name = name;
  }

  /** How many cancellations have been asked for and not taken back by `uncancel`. */
  get cancelling(): number {
    return this.#cancels?.count ?? 0;
  }

  /**
   * Aborts, with the CancelledError as its reason, when the task is cancelled; inside the body of
   * a `timeout` or a task group also when that is. For `fetch`, timers, streams.
   */
  get signal(): AbortSignal {
    const inside = currentScope();
    return inside?.task === this ? inside.signal : this.#scope.signal;
  }

  /**
   * Asks the task to stop: a CancelledError is thrown at its next await. False when it is done.
   * The task may catch it, clean up, and even go on.
   */
  override cancel(message?: string): boolean {
    checkMessage(message);
    if (this.done) return false;
    const cancels = (this.#cancels ??= new Cancels());
    if (cancels.count++ === 0) cancels.delivered = false;
    if (currentScope()?.task === this) cancels.fromInside = true;
    this.#scope.cancel(new CancelledError(message ?? `${this.name} was cancelled`));
    return true;
  }

  /**
   * Takes one `cancel` back, for code that caught the CancelledError on purpose. At zero, one
   * that has not been thrown yet is withdrawn. Returns how many are left.
   */
  uncancel(): number {
    const cancels = this.#cancels;
    if (cancels === undefined || cancels.count === 0) return 0;
    if (--cancels.count === 0) {
      this.#cancels = undefined;
      this.#scope.forgive();
    }
    return cancels.count;
  }

  /** @throws InvalidStateError always: a task's result is what its function returns */
  override setResult(): never {
    throw new InvalidStateError(`the result of ${this.name} is set by its function alone`);
  }

  /** @throws InvalidStateError always: a task's error is what its function throws */
  override setException(): never {
    throw new InvalidStateError(`the error of ${this.name} is set by its function alone`);
  }

  /** @internal */
  get scope(): Scope {
    return this.#scope;
  }

  /** @internal Resolves when the task is done, whatever became of it. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.done) resolve();
      else this.watch({ settled: () => resolve(), awaiter: undefined });
    });
  }

  /** @internal A cancellation has been thrown into the body, or after all it has not. */
  noteDelivery(delivered: boolean): void {
    if (this.#cancels !== undefined) this.#cancels.delivered = delivered;
  }

  /** @internal */
  override get cancelIgnored(): boolean {
    return this.done && !this.cancelled && this.#cancels?.delivered === false;
  }

  /** @internal Begins. */
  takeTurn(): void {
    const refused = this.#scope.takePending();
    if (refused !== undefined) this.#finish("cancelled", refused);
    else this.#scope.begin(this.#scope, step, this as Task<unknown>);
  }

  /** @internal Runs inside the task's own scope. */
  step(): void {
    try {
      const result = this.#body!();
      if (isThenable(result))
        result.then(
          (value) => this.#fulfilled(value),
          (error) => this.#rejected(error),
        );
      else this.#fulfilled(result);
    } catch (error) {
      this.#rejected(error);
    }
  }

  #fulfilled(value: T): void {
    const refused = this.#cancels?.fromInside === true ? this.#scope.takePending() : undefined;
    if (refused === undefined) this.#finish("fulfilled", value);
    else this.#finish("cancelled", refused);
  }

  #rejected(error: unknown): void {
    const cancellation = cancellationIn(error);
    if (cancellation === undefined) this.#finish("rejected", error);
    else this.#finish("cancelled", cancellation);
  }

  #finish(state: FutureState, outcome: unknown): void {
    this.#body = undefined;
    this.#scope.close();
    this.owner.tasks.remove(this as Task<unknown>);
    if (state !== "cancelled" && this.#cancels?.delivered === true)
      this.owner.debug?.swallowed(this as Task<unknown>);
    this.settle(state, outcome);
  }

  override get label(): string {
    return this.name;
  }

  protected override get home(): Owner {
    return this.owner;
  }

  override toString(): string {
    return `<Task ${JSON.stringify(this.name)} ${this.state}>`;
  }
}
futureStaysHere(Task, "Task");

function scopeIn(context: Context, task: Task<unknown>): Scope {
  const scope: unknown = context(() => new Scope(task));
  if (scope instanceof Scope) return scope;
  throw new TypeError("context must be what AsyncLocalStorage.snapshot() gives");
}

function step(task: Task<unknown>): void {
  const { debug } = task.owner;
  debug?.enter();
  task.step();
  debug?.leave(task.name);
}

/** The cancellation that an error stands for: itself, or the reason of an AbortError. */
export function cancellationIn(error: unknown): CancelledError | undefined {
  if (error instanceof CancelledError) return error;
  if (!(error instanceof Error) || error.name !== "AbortError") return undefined;
  return error.cause instanceof CancelledError ? error.cause : undefined;
}

/** The task of the code that asks; null outside every task. */
export function currentTask(): Task<unknown> | null {
  return currentScope()?.task ?? null;
}

/** The unfinished tasks of the `run` that the caller is in; outside of one, those of no run. */
export function allTasks(): Set<Task<unknown>> {
  return new Set(currentOwner().tasks.toArray());
}
