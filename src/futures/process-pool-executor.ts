/** `ProcessPoolExecutor`: an executor whose workers are processes. */
import type { CrewOptions } from "../crew/crew.ts";
import { checkStartMethod } from "../multiprocessing/start-methods.ts";
import { processCpuCount } from "../os/cpus.ts";
import { areOptions } from "../core/options.ts";
import { checkStaff, EXECUTOR_NAMES, type StaffOptions } from "../pool/staff-options.ts";
import { checkCount } from "../sync/numbers.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { startMethodHere } from "../workers/start.ts";
import { staysHere } from "../carry/stays-here.ts";
import { CrewExecutor } from "./crew-executor.ts";

/** How many processes an executor has, and how they begin and are kept. */
export interface ProcessPoolExecutorOptions<
  I extends unknown[] = unknown[],
> extends StaffOptions<I> {
  /** The most workers; `os.processCpuCount()` unless given. */
  readonly maxWorkers?: number;
  /** How the workers begin; as `getStartMethod` says unless given. */
  readonly startMethod?: StartMethod;
  /**
   * Workers are replaced after this many tasks; a chunk of a map is one. Not with `fork`; where
   * that is the program's start method, it is `spawn` for this executor.
   */
  readonly maxTasksPerChild?: number;
}

let executors = 0;

/**
 * Runs functions in processes, which start as there is work for which none is idle.
 *
 * Differs from Python: a worker that dies fails what it was running, and the executor goes on;
 * `onWorkerDeath: "break"` gives Python's rule.
 */
export class ProcessPoolExecutor<I extends unknown[] = unknown[]> extends CrewExecutor {
  /** @throws TypeError, RangeError, PicklingError for an initializer that cannot cross */
  constructor(options: ProcessPoolExecutorOptions<I> = {}) {
    super("ProcessPoolExecutor", crewOptions(options));
  }
}

function crewOptions<I extends unknown[]>(options: ProcessPoolExecutorOptions<I>): CrewOptions {
  if (!areOptions(options, EXECUTOR_NAMES))
    throw new TypeError("new ProcessPoolExecutor takes options such as { maxWorkers: 4 }");
  const { maxWorkers } = options;
  const staff = checkStaff(options);
  return {
    ...staff,
    reach: "process",
    size: maxWorkers === undefined ? processCpuCount() : checkCount(maxWorkers, "maxWorkers", 1),
    startMethod: methodFor(options.startMethod, staff.maxTasksPerWorker !== undefined),
    name: `ProcessPoolExecutor-${executors++}`,
    daemon: false,
    start: "on demand",
  };
}

/** Workers that are replaced would be copies of a program that has gone on since. */
function methodFor(given: unknown, replaced: boolean): StartMethod | undefined {
  const method = given === undefined ? undefined : checkStartMethod(given);
  if (!replaced || (method ?? startMethodHere()) !== "fork") return method;
  if (method === undefined) return "spawn";
  throw new RangeError(
    "maxTasksPerChild does not go with startMethod 'fork', which would copy this program as it " +
      "is by then; give 'forkserver' or 'spawn', or leave maxTasksPerChild out",
  );
}

staysHere("a ProcessPoolExecutor", ProcessPoolExecutor, "a worker can make one of its own");
