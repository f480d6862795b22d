/** Our pools and executors as the benchmark asks pools: functions of this file, by name. */
import type { OpenPool } from "../rivals/pool-measures.js";
import { type TaskName, tasks } from "../rivals/pool-tasks.js";

type Fn = (argument: unknown) => unknown;

const taskOf = (name: TaskName): Fn => tasks[name] as Fn;

interface PoolShape {
  apply(fn: Fn, args: [unknown], options?: { signal?: AbortSignal }): PromiseLike<unknown>;
  map(fn: Fn, items: readonly unknown[]): PromiseLike<unknown>;
  terminate(): Promise<void>;
}

export const openPool = (pool: PoolShape): OpenPool => ({
  call: (name, argument, signal) => pool.apply(taskOf(name), [argument], signal && { signal }),
  map: (name, items) => pool.map(taskOf(name), items),
  close: () => pool.terminate(),
});

interface ExecutorShape {
  submit(fn: Fn, argument: unknown): PromiseLike<unknown>;
  shutdown(options: { cancelFutures: boolean }): Promise<void>;
}

export const openExecutor = (executor: ExecutorShape): OpenPool => ({
  call: (name, argument) => executor.submit(taskOf(name), argument),
  close: () => executor.shutdown({ cancelFutures: true }),
});
