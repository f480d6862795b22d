/** The options of pools, and what is wrong with some. */
import { checkStartMethod } from "../multiprocessing/start-methods.ts";
import { processCpuCount } from "../os/cpus.ts";
import { checkCount } from "../sync/numbers.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { type OptionNames, optionNames } from "../core/option-names.ts";
import { areOptions } from "../core/options.ts";
import { checkName, checkStaff, type Staff, type StaffOptions } from "./staff-options.ts";

/** How many workers a pool has, and how they are kept. */
export interface ThreadPoolOptions<I extends unknown[] = unknown[]> extends StaffOptions<I> {
  /** How many workers there are; `os.processCpuCount()` unless given. */
  readonly processes?: number;
  /** Workers are replaced after this many tasks; a chunk of a map is one. */
  readonly maxTasksPerChild?: number;
  /** What the names of the workers begin with. */
  readonly name?: string;
}

/** How many processes a pool has, and how they begin and are kept. */
export interface PoolOptions<I extends unknown[] = unknown[]> extends ThreadPoolOptions<I> {
  /** How the workers begin; as `getStartMethod` says unless given. */
  readonly startMethod?: StartMethod;
}

const NAMES: OptionNames = optionNames({
  context: ["startMethod"],
  max_workers: ["processes"],
  maxWorkers: ["processes"],
});

interface Checked {
  readonly size: number;
  readonly staff: Staff;
  readonly startMethod: StartMethod | undefined;
  readonly name: string | undefined;
}

/** @throws TypeError, RangeError */
export function checkPoolOptions(given: unknown = {}, what: string): Checked {
  const options = (typeof given === "number" ? { processes: given } : given) as PoolOptions<never>;
  if (!areOptions(options, NAMES))
    throw new TypeError(`${what} takes a number of workers, or options such as { processes: 4 }`);
  const { processes, startMethod } = options;
  return {
    size: processes === undefined ? processCpuCount() : checkCount(processes, "processes", 1),
    staff: checkStaff(options),
    startMethod: startMethod === undefined ? undefined : checkStartMethod(startMethod),
    name: checkName(options.name, "name"),
  };
}
