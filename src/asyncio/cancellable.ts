/** Makes an await of somebody else's promise a point where a cancellation can arrive. */
import { currentScope, takeCancellation } from "./scope.ts";
import { isThenable } from "./thenable.ts";
import { Waiter, type Place } from "./waiter.ts";

const elsewhere: Place<unknown> = { leave: () => {}, describe: () => "a promise" };

/**
 * Follows `promise`; when the running task is cancelled it rejects at once with the
 * CancelledError. The work behind the promise goes on unobserved: give it `task.signal` too, if it
 * takes one.
 * @throws TypeError when it is no promise
 */
export function cancellable<T>(promise: PromiseLike<T>): Promise<T> {
  if (!isThenable(promise))
    return Promise.reject(new TypeError(`cancellable takes a promise, not ${typeof promise}`));
  const refused = takeCancellation();
  if (refused === undefined && currentScope() === undefined) return Promise.resolve(promise);
  const waiter = new Waiter<unknown>(elsewhere);
  promise.then(
    (value) => waiter.end(value),
    (error: unknown) => waiter.fail(error),
  );
  if (refused !== undefined) waiter.fail(refused);
  return waiter.promise as Promise<T>;
}
