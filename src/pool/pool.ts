/** `Pool`: workers that are processes. */
import type { CrewOptions } from "../crew/crew.ts";
import { staysHere } from "../carry/stays-here.ts";
import { checkPoolOptions, type PoolOptions } from "./pool-options.ts";
import { WorkPool } from "./work-pool.ts";

let pools = 0;

/**
 * A pool of processes, which start with it. They are daemonic: they end with this process, and
 * start no processes of Manyhands themselves.
 *
 * @example
 * ```ts
 * await using pool = new Pool(4);
 * const squares = await pool.map((x: number) => x * x, [1, 2, 3]);
 * ```
 *
 * Differs from Python: a worker that dies fails the work it had, for which Python waits for ever.
 */
export class Pool<I extends unknown[] = unknown[]> extends WorkPool {
  /**
   * @param options how many processes, or that and more
   * @throws TypeError, RangeError, PicklingError for an initializer that cannot cross; StateError
   * in a daemonic process
   */
  constructor(options?: number | PoolOptions<I>) {
    super("Pool", crewOptions(options));
  }
}

function crewOptions(options: unknown): CrewOptions {
  const { size, staff, startMethod, name } = checkPoolOptions(options, "new Pool");
  return {
    ...staff,
    reach: "process",
    size,
    startMethod,
    name: name ?? `Pool-${pools++}`,
    daemon: true,
    start: "at once",
  };
}

staysHere("a Pool", Pool, "a worker can make a pool of threads of its own");
