/**
 * Functions that run elsewhere on behalf of tasks: in threads, in processes, or wherever an
 * executor of somebody else's puts them.
 *
 * The executors that nobody chose belong to the `run` in which they are first needed and end with
 * it. Outside of every run they stay, idle, without keeping the program alive.
 */
import { CancelledError } from "../errors.ts";
import { CrewExecutor } from "../futures/crew-executor.ts";
import { ProcessPoolExecutor } from "../futures/process-pool-executor.ts";
import { ThreadPoolExecutor } from "../futures/thread-pool-executor.ts";
import { settlementOf } from "../pool/eventual.ts";
import type { Fn, Returned } from "../pool/returned.ts";
import { wrap } from "./awaitable.ts";
import { Future } from "./future.ts";
import { currentOwner, type Owner } from "./owner.ts";

type AnyFunction = (...args: never[]) => unknown;

/** Something that takes functions to run elsewhere. */
export interface Submits {
  /** Has `fn(...args)` called; gives what can be awaited, at once. */
  submit(fn: AnyFunction, ...args: readonly never[]): PromiseLike<unknown>;
}

interface OwnExecutors {
  threads?: ThreadPoolExecutor;
  processes?: ProcessPoolExecutor;
}

const executors = new WeakMap<Owner, OwnExecutors>();
let defaultExecutor: Submits | null = null;

/** The executor for `runInExecutor(null, …)` and `toThread`. @throws TypeError without `submit` */
export function setDefaultExecutor(executor: Submits): void {
  checkExecutor(executor);
  defaultExecutor = executor;
}

/**
 * Runs a function elsewhere; null for the default executor, a `ThreadPoolExecutor` unless another
 * was set. Cancelling the future, or the task that awaits it, cancels the work, and stops it where
 * it runs if the executor is one of this library.
 * @throws TypeError for what is no executor or no function, PicklingError, ClosedError
 */
export function runInExecutor<A extends unknown[], R>(
  executor: Submits | null,
  fn: Fn<A, R>,
  ...args: A
): Future<Returned<R>> {
  const chosen = executor ?? defaultExecutor ?? (own().threads ??= new ThreadPoolExecutor());
  checkExecutor(chosen);
  if (typeof fn !== "function") throw new TypeError(`a function is needed, not ${typeof fn}`);
  if (chosen instanceof CrewExecutor) return new Elsewhere(chosen, fn, args);
  const untyped: readonly unknown[] = args;
  const work = chosen.submit(fn as AnyFunction, ...(untyped as readonly never[]));
  return wrap(work as PromiseLike<Returned<R>>);
}

/**
 * Runs a function in another thread. What blocks there does not hold up the loop here.
 *
 * Differs from Python: the function gets copies of its arguments, and a cancellation stops it.
 * @throws TypeError, PicklingError
 * @example
 * ```ts
 * const digest = await toThread((text: string) => slowDigest(text), "text");
 * ```
 */
export function toThread<A extends unknown[], R>(fn: Fn<A, R>, ...args: A): Future<Returned<R>> {
  return runInExecutor(null, fn, ...args);
}

/** Runs a function in another process. @throws TypeError, PicklingError */
export function toProcess<A extends unknown[], R>(fn: Fn<A, R>, ...args: A): Future<Returned<R>> {
  return runInExecutor((own().processes ??= new ProcessPoolExecutor()), fn, ...args);
}

function own(): OwnExecutors {
  const owner = currentOwner();
  let found = executors.get(owner);
  if (found === undefined) executors.set(owner, (found = {}));
  return found;
}

/** Ends the executors that a run made for itself. */
export async function endExecutorsOf(owner: Owner, options: { wait: boolean }): Promise<void> {
  const { threads, processes } = executors.get(owner) ?? {};
  executors.delete(owner);
  const ending = { wait: options.wait, cancelFutures: !options.wait };
  await Promise.all([threads?.shutdown(ending), processes?.shutdown(ending)]);
}

function checkExecutor(executor: Submits): void {
  if (typeof executor?.submit !== "function")
    throw new TypeError("an executor must have a submit(fn, ...args) method");
}

/** Follows work of an executor: each of the two, cancelled, cancels the other. */
class Elsewhere<T> extends Future<T> {
  readonly #controller = new AbortController();

  constructor(executor: CrewExecutor, fn: AnyFunction, args: readonly unknown[]) {
    super();
    const { signal } = this.#controller;
    const work = executor.with({ signal }).submit(fn, ...(args as never[]));
    // Not by its then(), which would follow the task that is running now as well.
    void settlementOf(work)
      .promise()
      .then(
        (value) => {
          if (!this.done) this.setResult(value as T);
        },
        (error: unknown) => {
          if (this.done) return;
          if (work.cancelled) super.cancel((error as Error).message);
          else this.setException(error);
        },
      );
  }

  override cancel(message?: string): boolean {
    const cancelled = super.cancel(message);
    if (cancelled) this.#controller.abort(new CancelledError(message ?? "its task was cancelled"));
    return cancelled;
  }
}
