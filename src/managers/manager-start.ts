/** What `start` of a manager takes. */
import { areOptions } from "../core/options.ts";

/** What the server's process does first. */
export interface ManagerStart<A extends unknown[] = unknown[]> {
  /** Runs in the server's process before anything else. */
  readonly initializer?: (...args: A) => unknown;
  /** What `initializer` is called with; nothing when left out. */
  readonly initArgs?: A;
}

/** @throws TypeError */
export function checkedStart<A extends unknown[]>(options: ManagerStart<A>): ManagerStart<A> {
  if (!areOptions(options)) {
    throw new TypeError("start takes options such as { initializer, initArgs }");
  }
  const { initializer, initArgs } = options;
  if (initializer !== undefined && typeof initializer !== "function") {
    throw new TypeError("initializer must be a function");
  }
  if (initArgs !== undefined && !Array.isArray(initArgs)) {
    throw new TypeError("initArgs must be an array");
  }
  return options;
}
