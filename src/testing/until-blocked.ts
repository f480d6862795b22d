import { inspect } from "node:util";
import { type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { shownKind } from "../core/options.ts";
import { TimeoutError } from "../errors.ts";

/**
 * What can be seen to be blocked: anything with waiters (a lock, a condition, a barrier), anything
 * with a state (a thread, a process), or a question.
 */
export type Blockable =
  | {
      /** How many wait for it. */
      readonly waiting: number;
    }
  | {
      /** Is "blocked" while it is. */
      readonly state: string;
    }
  | (() => boolean);

const LOOK_EVERY_MS = 1;
const DEFAULT_TIMEOUT_MS = 5_000;

function isBlocked(target: Blockable, waiters: number): boolean {
  if (typeof target === "function") return target();
  if (typeof target !== "object" || target === null || !("waiting" in target || "state" in target))
    throw new TypeError(`a lock, a thread or a question is needed, not ${shownKind(target)}`);
  return "waiting" in target ? target.waiting >= waiters : target.state === "blocked";
}

/**
 * Resolves once `target` is blocked: it has at least `waiters` waiters, its state is `blocked`, or
 * it answers true. So a test says what it waits for, where a sleep would only hope.
 *
 * @throws TimeoutError after `timeoutMs`, 5 seconds unless said otherwise; RangeError for fewer
 * than one waiter
 * @example
 * ```ts
 * const lock = new Lock();
 * await lock.acquire();
 * const second = lock.acquire();
 * await untilBlocked(lock);
 * lock.release();
 * await second;
 * ```
 */
export async function untilBlocked(
  target: Blockable,
  options: Wait & {
    /** How many must be waiting; 1 unless given. */
    readonly waiters?: number;
  } = {},
): Promise<void> {
  const allowedMs = timeAllowed(options, DEFAULT_TIMEOUT_MS);
  const signal = signalOf(options);
  const waiters = options.waiters ?? 1;
  if (typeof waiters !== "number") throw new TypeError("waiters must be a number");
  if (!(waiters >= 1)) throw new RangeError(`waiters must be at least 1, not ${waiters}`);
  const end = performance.now() + allowedMs;
  while (!isBlocked(target, waiters)) {
    signal?.throwIfAborted();
    if (performance.now() >= end) {
      throw new TimeoutError(`${inspect(target)} was not blocked within ${allowedMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
