import type { Pool, PoolOptions } from "manyhands/multiprocessing";

/** Makes a pool whose workers are threads or processes. */
export type MakePool = (options?: number | PoolOptions<never[]>) => Pool;

/** One thing that every pool must do. */
export interface PoolClause {
  readonly name: string;
  run(make: MakePool): Promise<void>;
}
