/** What every barrier is made with, whatever its waiters are. */
import { checkTime } from "../core/deadline.ts";
import { areOptions, shownKind } from "../core/options.ts";
import { checkCount } from "./numbers.ts";

/** What a barrier does when all have come, and how long it waits for that. */
export interface BarrierSettings {
  /** Called when all have come, before any goes on. */
  action?: () => unknown;
  /** For every wait that names no time of its own. */
  timeoutMs?: number;
}

/** @throws RangeError for fewer than one party */
export const checkParties = (parties: unknown): number => checkCount(parties, "parties", 1);

/**
 * @returns the options, with the time that is meant
 * @throws TypeError, RangeError for a bad time
 */
export function checkBarrierOptions<T extends BarrierSettings>(
  options: T,
): { readonly action: T["action"]; readonly timeoutMs: number } {
  if (!areOptions(options)) {
    throw new TypeError(
      `options must be an object such as { timeoutMs: 100 }, not ${shownKind(options)}`,
    );
  }
  const { action, timeoutMs } = options;
  if (action !== undefined && typeof action !== "function") {
    throw new TypeError(`action must be a function, not ${typeof action}`);
  }
  return { action, timeoutMs: timeoutMs === undefined ? Infinity : checkTime(timeoutMs) };
}
