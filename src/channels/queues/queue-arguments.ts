/** What callers say to queues, checked: how much they hold, and how they are shut down. */
import { areOptions, checkFlag, shownKind } from "../../core/options.ts";

/** How a queue ends. */
export interface ShutdownOptions {
  /** Drops what is in it, each item counting as done. */
  immediate?: boolean;
}

/** @throws TypeError for what says neither yes nor no, such as Python's `shutdown(true)` */
export function isImmediate(options: ShutdownOptions | undefined): boolean {
  if (options === undefined) return false;
  if (!areOptions(options))
    throw new TypeError(
      `shutdown takes options such as { immediate: true }, not ${shownKind(options)}`,
    );
  checkFlag(options.immediate, "immediate");
  return options.immediate === true;
}

/** The most items that a queue holds: 0, as everything below it, for no limit. */
export function maxSizeOf(value: unknown): number {
  return typeof value === "number" && value < 0 ? 0 : limitOf(value, "maxSize");
}

/** @throws TypeError, RangeError */
export function limitOf(value: unknown, name: string): number {
  if (value === Infinity) return 0;
  if (typeof value !== "number")
    throw new TypeError(`${name} must be a number, not ${value === null ? "null" : typeof value}`);
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw new RangeError(`${name} must be a whole number, 0 for no limit, not ${value}`);
}
