/**
 * The seam between the event loop and whatever runs functions elsewhere: a pool of threads or of
 * processes, or an executor of somebody else's.
 */
import { StateError } from "../errors.ts";
import { wrap } from "./awaitable.ts";
import type { Future } from "./future.ts";

/** Something that takes functions to run elsewhere. */
export interface Submits {
  submit<A extends unknown[], R>(
    fn: (...args: A) => R | PromiseLike<R>,
    ...args: A
  ): PromiseLike<Awaited<R>>;
}

let defaultExecutor: Submits | null = null;

/** The executor for `runInExecutor(null, …)`. @throws TypeError when it has no `submit` */
export function setDefaultExecutor(executor: Submits): void {
  checkExecutor(executor);
  defaultExecutor = executor;
}

/**
 * Runs a function elsewhere. Cancelling the future, or the task that awaits it, cancels the work
 * as far as the executor can.
 * @throws TypeError for what is no executor or no function, StateError for null without a default
 */
export function runInExecutor<A extends unknown[], R>(
  executor: Submits | null,
  fn: (...args: A) => R | PromiseLike<R>,
  ...args: A
): Future<Awaited<R>> {
  const chosen = executor ?? defaultExecutor;
  if (chosen === null)
    throw new StateError("no default executor is set; pass one, or call setDefaultExecutor first");
  checkExecutor(chosen);
  if (typeof fn !== "function") throw new TypeError(`a function is needed, not ${typeof fn}`);
  return wrap(chosen.submit(fn, ...args));
}

function checkExecutor(executor: Submits): void {
  if (typeof executor?.submit !== "function")
    throw new TypeError("an executor must have a submit(fn, ...args) method");
}
