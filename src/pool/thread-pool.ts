/** `ThreadPool`: workers that are threads. */
import type { CrewOptions } from "../crew/crew.ts";
import { staysHere } from "../carry/stays-here.ts";
import { countAs } from "../sync/kin.ts";
import { Pool } from "./pool.ts";
import { checkPoolOptions, type ThreadPoolOptions } from "./pool-options.ts";
import { WorkPool } from "./work-pool.ts";

let pools = 0;

/**
 * A pool of threads with everything that `Pool` has. Starting them takes less, what is sent to them
 * is copied all the same, and they can be handed what goes to threads only.
 */
export class ThreadPool<I extends unknown[] = unknown[]> extends WorkPool {
  /**
   * @param options how many threads, or that and more
   * @throws TypeError, RangeError, PicklingError for an initializer that cannot cross
   */
  constructor(options?: number | ThreadPoolOptions<I>) {
    super("ThreadPool", crewOptions(options));
  }
}

function crewOptions(options: unknown): CrewOptions {
  const { size, staff, startMethod, name } = checkPoolOptions(options, "new ThreadPool");
  if (startMethod !== undefined) throw new TypeError("threads have no startMethod");
  return {
    ...staff,
    reach: "thread",
    size,
    name: name ?? `ThreadPool-${pools++}`,
    daemon: true,
    start: "at once",
  };
}

countAs(Pool, ThreadPool);
staysHere("a ThreadPool", ThreadPool, "a worker can make a pool of its own");
