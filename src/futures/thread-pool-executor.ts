/** `ThreadPoolExecutor`: an executor whose workers are threads. */
import type { CrewOptions } from "../crew/crew.ts";
import { cpuCount } from "../os/cpus.ts";
import { areOptions } from "../core/options.ts";
import { checkName, checkStaff, EXECUTOR_NAMES, type StaffOptions } from "../pool/staff-options.ts";
import { checkCount } from "../sync/numbers.ts";
import { staysHere } from "../carry/stays-here.ts";
import { CrewExecutor } from "./crew-executor.ts";

/** How many threads an executor has, and how they are kept. */
export interface ThreadPoolExecutorOptions<
  I extends unknown[] = unknown[],
> extends StaffOptions<I> {
  /** The most workers; 4 more than processors, at most 32, unless given. */
  readonly maxWorkers?: number;
  /** Workers are called `${threadNamePrefix}_0` and so on; `ThreadPoolExecutor-0` unless given. */
  readonly threadNamePrefix?: string;
}

let executors = 0;

/**
 * Runs functions in threads, which start as there is work for which none is idle.
 *
 * @example
 * ```ts
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 3 });
 * const future = executor.submit((n: number) => n + 1, 41);
 * console.log(await future);
 * ```
 */
export class ThreadPoolExecutor<I extends unknown[] = unknown[]> extends CrewExecutor {
  /** @throws TypeError, RangeError, PicklingError for an initializer that cannot cross */
  constructor(options: ThreadPoolExecutorOptions<I> = {}) {
    super("ThreadPoolExecutor", crewOptions(options));
  }
}

function crewOptions<I extends unknown[]>(options: ThreadPoolExecutorOptions<I>): CrewOptions {
  if (!areOptions(options, EXECUTOR_NAMES))
    throw new TypeError("new ThreadPoolExecutor takes options such as { maxWorkers: 4 }");
  const { maxWorkers, threadNamePrefix } = options;
  const size =
    maxWorkers === undefined
      ? Math.min(32, cpuCount() + 4)
      : checkCount(maxWorkers, "maxWorkers", 1);
  const staff = checkStaff(options);
  const prefix = checkName(threadNamePrefix, "threadNamePrefix");
  return {
    ...staff,
    reach: "thread",
    size,
    name: prefix ?? `ThreadPoolExecutor-${executors++}`,
    daemon: false,
    start: "on demand",
  };
}

staysHere("a ThreadPoolExecutor", ThreadPoolExecutor, "a worker can make an executor of its own");
