/** What is said about the workers of pools and executors alike, and what is wrong with some. */
import { type OptionNames, optionNames } from "../core/option-names.ts";
import type { Schedule } from "../crew/policy.ts";
import { checkCount } from "../sync/numbers.ts";
import { checkArguments, checkFunction } from "./options.ts";

/** What workers do first, in which order they work, and what the death of one means. */
export interface StaffOptions<I extends unknown[] = unknown[]> {
  /** Called in each worker before its first task. */
  readonly initializer?: (...args: I) => unknown;
  /** What `initializer` is called with; nothing unless given. */
  readonly initArgs?: Readonly<I>;
  /** The order in which tasks run; `fifo` unless given. */
  readonly schedule?: Schedule;
  /**
   * `replace`: a worker that dies fails what it was running, and another takes its place. `break`:
   * the first death fails everything, as in Python.
   */
  readonly onWorkerDeath?: "replace" | "break";
}

/** Of executors, whose workers pools call processes. */
export const EXECUTOR_NAMES: OptionNames = optionNames({ processes: ["maxWorkers"] });

/** What the engine is told of it. */
export interface Staff {
  readonly initializer: ((...args: never[]) => unknown) | undefined;
  readonly initArgs: readonly unknown[] | undefined;
  readonly maxTasksPerWorker: number | undefined;
  readonly schedule: Schedule | undefined;
  readonly onWorkerDeath: "replace" | "break";
}

/** @throws TypeError, RangeError */
export function checkStaff<I extends unknown[]>(
  options: StaffOptions<I> & { readonly maxTasksPerChild?: number },
): Staff {
  const { initializer, initArgs, maxTasksPerChild, schedule, onWorkerDeath = "replace" } = options;
  if (initializer !== undefined) checkFunction(initializer, "initializer");
  if (initArgs !== undefined) checkArguments(initArgs, "initArgs");
  if (maxTasksPerChild !== undefined) checkCount(maxTasksPerChild, "maxTasksPerChild", 1);
  if (typeof onWorkerDeath !== "string")
    throw new TypeError(`onWorkerDeath must be a string, not ${typeof onWorkerDeath}`);
  if (onWorkerDeath !== "replace" && onWorkerDeath !== "break")
    throw new RangeError(
      `onWorkerDeath must be 'replace' or 'break', not '${onWorkerDeath as string}'`,
    );
  return {
    initializer: initializer as Staff["initializer"],
    initArgs,
    maxTasksPerWorker: maxTasksPerChild,
    schedule,
    onWorkerDeath,
  };
}

/** What names of workers begin with; undefined for none in particular. @throws TypeError */
export function checkName(value: unknown, what: string): string | undefined {
  if (value !== undefined && typeof value !== "string")
    throw new TypeError(`${what} must be a string, not ${typeof value}`);
  return value === "" ? undefined : value;
}
