/** Waits for one awaitable, for a limited time. */
import { checkTime } from "../core/deadline.ts";
import { TimeoutError } from "../errors.ts";
import { ensureFuture, type Awaitable } from "./awaitable.ts";
import type { Future } from "./future.ts";
import { timeout } from "./timeout.ts";

/**
 * Awaits something, and cancels it when the time is over. It waits until what was cancelled has
 * ended, then fails with TimeoutError; a result that comes late wins. With a time of zero, only
 * what is done already counts, and a function is not started. Null sets no limit.
 * @throws RangeError for a negative or NaN time, TypeError for what cannot be awaited
 */
export async function waitFor<T>(awaitable: Awaitable<T>, timeoutMs: number | null): Promise<T> {
  if (timeoutMs !== null && checkTime(timeoutMs) === 0) return atOnce(awaitable);
  const future: Future<T> = ensureFuture(awaitable);
  return timeoutMs === null || timeoutMs === Infinity ? future : timeout(timeoutMs, () => future);
}

async function atOnce<T>(awaitable: Awaitable<T>): Promise<T> {
  const late = new TimeoutError("not done, and waitFor was given no time");
  if (typeof awaitable === "function") throw late;
  const future: Future<T> = ensureFuture(awaitable);
  // A settled promise of JavaScript tells so only through a microtask.
  if (!future.done) await Promise.resolve();
  if (!future.done && future.cancel("waitFor was given no time")) {
    await future.catch(() => {});
    if (future.state !== "fulfilled") throw late;
  }
  return future;
}
