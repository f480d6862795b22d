import type { ProcessPoolExecutor, ProcessPoolExecutorOptions } from "manyhands/futures";

/** Makes an executor whose workers are threads or processes. */
export type MakeExecutor = (options?: ProcessPoolExecutorOptions<never[]>) => ProcessPoolExecutor;

/** One thing that every executor must do. */
export interface ExecutorClause {
  readonly name: string;
  run(make: MakeExecutor): Promise<void>;
}
