import { getPriority, setPriority } from "node:os";

const KINDEST = 19;
const GREEDIEST = -20;

/**
 * Adds `increment` to the niceness of this process and returns the new one: 19 yields to everybody,
 * -20 to nobody. Values beyond these stop there. Going down takes privileges, without which the
 * system's own error is thrown.
 */
export function nice(increment: number): number {
  if (typeof increment !== "number")
    throw new TypeError(`increment must be a number, not ${typeof increment}`);
  if (!Number.isInteger(increment))
    throw new RangeError(`increment must be a whole number, not ${increment}`);
  const before = getPriority();
  const after = Math.min(KINDEST, Math.max(GREEDIEST, before + increment));
  if (after !== before) setPriority(after);
  return getPriority();
}
