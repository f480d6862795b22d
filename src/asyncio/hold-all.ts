/** Several locks at once. */
import { Deadline, type Wait } from "../core/deadline.ts";
import { Guard } from "./guard.ts";
import { Lockable } from "./lockable.ts";
import { limitsOf } from "./waiter.ts";

/**
 * Holds several locks or semaphores until the guard is released. They are taken in one order,
 * whatever the order given, so two tasks never wait for each other; equal ones are taken once.
 * @throws TimeoutError when the time of `wait`, for all of them together, is over
 */
export async function holdAll(locks: Iterable<Lockable>, wait: Wait = {}): Promise<Guard> {
  const { timeoutMs, signal } = limitsOf(wait);
  if (typeof locks !== "object" || locks === null || !(Symbol.iterator in locks))
    throw new TypeError("holdAll takes one list: holdAll([first, second])");
  const ordered = [...new Set(locks)];
  for (const lock of ordered)
    if (!(lock instanceof Lockable))
      throw new TypeError("holdAll takes locks and semaphores of manyhands/asyncio");
  signal?.throwIfAborted();
  ordered.sort((a, b) => a.rank - b.rank);
  const deadline = new Deadline(timeoutMs);
  const held: Lockable[] = [];
  try {
    for (const lock of ordered) {
      await lock.hold({ ...wait, timeoutMs: deadline.remainingMs });
      held.push(lock);
    }
  } catch (error) {
    new Guard(...held).release();
    throw error;
  }
  return new Guard(...held);
}
