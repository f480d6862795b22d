/** Where a manager's server lives: in a process of its own, or in a thread. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import { Process as ThreadProcess } from "../multiprocessing/dummy/process.ts";
import { Process } from "../multiprocessing/process.ts";
import type { StartMethod } from "../workers/runtime.ts";

export type ServerHome = "process" | "thread";

/** What is asked of either. */
export interface ServerHost {
  readonly pid: number | null;
  result(wait?: Wait): Promise<unknown>;
  join(wait?: Wait): Promise<boolean>;
  joinSync(wait?: SyncWait): boolean;
  terminate(): void | Promise<void>;
  kill(): void | Promise<void>;
}

interface Launch<A extends unknown[]> {
  readonly home: ServerHome;
  readonly name: string;
  readonly startMethod: StartMethod | undefined;
  readonly target: (...args: A) => Promise<void>;
  readonly args: A;
}

/** Starts a server where it is to live; it ends with its starter. */
export async function launchHost<A extends unknown[]>(launch: Launch<A>): Promise<ServerHost> {
  const { home, name, target, args, startMethod } = launch;
  const options = { target, args, name, daemon: true };
  if (home === "thread") return await new ThreadProcess(options).start();
  return await new Process({
    ...options,
    ...(startMethod === undefined ? {} : { startMethod }),
  }).start();
}
