import type { StartMethod } from "../workers/runtime.ts";
import type { Schedule } from "./policy.ts";

export interface CrewOptions {
  readonly reach: "thread" | "process";
  readonly size: number;
  /** Names of workers are `${name}_${n}`. */
  readonly name: string;
  readonly initializer?: ((...args: never[]) => unknown) | undefined;
  readonly initArgs?: readonly unknown[] | undefined;
  readonly maxTasksPerWorker?: number | undefined;
  readonly startMethod?: StartMethod | undefined;
  /** Whether the workers may not have children of their own. */
  readonly daemon: boolean;
  readonly onWorkerDeath: "replace" | "break";
  readonly schedule?: Schedule | undefined;
  /** Whether all workers start with the crew, or each when there is work that none is idle for. */
  readonly start: "at once" | "on demand";
  /** How long a task may go on that was told to stop; 250 when left out. */
  readonly graceMs?: number | undefined;
}

/** `open` takes work; `closed` ends it; `broken` lost its workers for good; `ended` has none. */
export type CrewState = "open" | "closed" | "broken" | "ended";

/** A worker of a pool or executor, as it was when it was asked for. */
export interface WorkerInfo {
  /** Of its process, this one for a thread; null until a process has one. */
  readonly pid: number | null;
  /** Node's number of the thread; null for a process. */
  readonly threadId: number | null;
  /** What it is called in messages. */
  readonly name: string;
}

/** @throws RangeError, TypeError */
export function checkCrewOptions(options: CrewOptions): CrewOptions {
  const { size, initializer, initArgs, maxTasksPerWorker } = options;
  checkCount(size, "the number of workers");
  if (maxTasksPerWorker !== undefined) checkCount(maxTasksPerWorker, "maxTasksPerWorker");
  if (initializer !== undefined && typeof initializer !== "function") {
    throw new TypeError(`initializer must be a function, not ${typeof initializer}`);
  }
  if (initArgs !== undefined && !Array.isArray(initArgs)) {
    throw new TypeError("initArgs must be an array");
  }
  return options;
}

function checkCount(value: unknown, what: string): void {
  if (typeof value !== "number")
    throw new TypeError(`${what} must be a number, not ${typeof value}`);
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${what} must be a whole number, 1 or more, not ${value}`);
  }
}
