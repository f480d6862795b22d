/** Our pools and executors as the benchmark asks pools: functions of this file, by name. */
import type { OpenPool } from "../rivals/pool-measures.js";
import { burn, identity, nothing, type TaskName } from "../rivals/pool-tasks.js";

type Fn = (argument: unknown) => unknown;

const tasks: Record<TaskName, Fn> = { nothing, identity, burn: burn as Fn };

interface PoolShape {
  apply(fn: Fn, args: [unknown]): PromiseLike<unknown>;
  map(fn: Fn, items: readonly unknown[]): PromiseLike<unknown>;
  terminate(): Promise<void>;
}

export const openPool = (pool: PoolShape): OpenPool => ({
  call: (name, argument) => pool.apply(tasks[name], [argument]),
  map: (name, items) => pool.map(tasks[name], items),
  close: () => pool.terminate(),
});

interface ExecutorShape {
  submit(fn: Fn, argument: unknown): PromiseLike<unknown>;
  shutdown(options: { cancelFutures: boolean }): Promise<void>;
}

export const openExecutor = (executor: ExecutorShape): OpenPool => ({
  call: (name, argument) => executor.submit(tasks[name], argument),
  close: () => executor.shutdown({ cancelFutures: true }),
});
