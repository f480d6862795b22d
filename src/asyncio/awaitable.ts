/**
 * What can be awaited: promises of any make, futures, tasks, and functions.
 *
 * A function is a coroutine not yet started. Whoever is given one starts it as a task, so it can
 * be cancelled; a promise runs already, and cancelling it only ends the waiting for it.
 */
import { areOptions, checkFlag } from "../core/options.ts";
import { Future } from "./future.ts";
import { Task, type TaskOptions } from "./task.ts";
import { isThenable } from "./thenable.ts";

/** Anything that gives a `T` in the end; a function has not been started yet. */
export type Awaitable<T> = PromiseLike<T> | (() => PromiseLike<T> | T);

/** What awaiting an `A` gives. */
export type ResultOf<A> = A extends () => infer R ? Awaited<R> : Awaited<A>;

/** What `ensureFuture` makes of an `A`. */
export type FutureOf<A> =
  A extends Future<unknown> ? A : A extends () => unknown ? Task<ResultOf<A>> : Future<ResultOf<A>>;

/**
 * Starts a coroutine as a task, which begins at the next turn of the loop. A promise is wrapped.
 *
 * Differs from Python: works outside of `run` too, since Node's loop always runs.
 * @throws TypeError when `coro` can be neither called nor awaited
 */
export function createTask<T>(coro: Awaitable<T>, options?: TaskOptions): Task<T> {
  if (typeof coro === "function") return new Task(coro, checked(options));
  if (isThenable(coro)) return new Task(() => wrap(coro), checked(options));
  throw new TypeError(`createTask takes a function or a promise, not ${describe(coro)}`);
}

/**
 * A future for anything that can be awaited: a future or task itself, a task for a function.
 * @throws TypeError when it cannot be awaited
 */
export function ensureFuture<A extends Awaitable<unknown>>(awaitable: A): FutureOf<A>;
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T>;
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T> {
  if (typeof awaitable === "function") return new Task(awaitable);
  if (isThenable(awaitable)) return wrap(awaitable);
  throw new TypeError(`a promise or a function is needed, not ${describe(awaitable)}`);
}

/**
 * Checks a list of awaitables, then makes futures of them. A promise given twice becomes one
 * future; a function given twice is started twice.
 */
export function ensureFutures(awaitables: Iterable<Awaitable<unknown>>): Future<unknown>[] {
  if (typeof awaitables !== "object" || awaitables === null || !(Symbol.iterator in awaitables))
    throw new TypeError(`an array of awaitables is needed, not ${describe(awaitables)}`);
  const list = [...awaitables];
  if (areFutures(list)) return list;
  for (const one of list)
    if (typeof one !== "function" && !isThenable(one))
      throw new TypeError(`a promise or a function is needed, not ${describe(one)}`);
  const known = new Map<unknown, Future<unknown>>();
  return list.map((one) => {
    if (one instanceof Future) return one;
    if (typeof one === "function") return new Task(one);
    const future = known.get(one) ?? ensureFuture(one);
    known.set(one, future);
    return future;
  });
}

function areFutures(list: readonly unknown[]): list is Future<unknown>[] {
  for (const one of list) if (!(one instanceof Future)) return false;
  return true;
}

/** A future that follows a promise; cancelled, it cancels what it follows, where that can be. */
export function wrap<T>(promise: PromiseLike<T>): Future<T> {
  return promise instanceof Future ? (promise as Future<T>) : new Follower(promise);
}

class Follower<T> extends Future<T> {
  readonly #promise: PromiseLike<T> & { cancel?: unknown };

  constructor(promise: PromiseLike<T>) {
    super();
    this.#promise = promise;
    promise.then(
      (value) => {
        if (!this.done) this.setResult(value);
      },
      (error: unknown) => {
        if (!this.done) this.setException(error);
      },
    );
  }

  override cancel(message?: string): boolean {
    const cancelled = super.cancel(message);
    if (cancelled && typeof this.#promise.cancel === "function") this.#promise.cancel();
    return cancelled;
  }
}

function checked(options: TaskOptions | undefined): TaskOptions | undefined {
  if (options === undefined) return undefined;
  if (!areOptions(options))
    throw new TypeError("the options of a task must be an object such as { name: 'loader' }");
  const { name, context, eagerStart } = options;
  checkFlag(eagerStart, "eagerStart");
  if (name !== undefined && typeof name !== "string")
    throw new TypeError(`a task's name must be a string, not ${typeof name}`);
  if (context !== undefined && typeof context !== "function")
    throw new TypeError("context must be what AsyncLocalStorage.snapshot() gives");
  return options;
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
