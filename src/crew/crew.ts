/**
 * The workers of one pool or executor, and what is queued for them. Pools and executors are faces
 * of a crew: they know nothing of workers and bytes, and the crew knows nothing of futures,
 * iterables and chunk sizes.
 */
import type { Deadline, SyncWait, Wait } from "../core/deadline.ts";
import type { StartMethod } from "../workers/runtime.ts";
import type { Callable } from "./callable.ts";
import type { Schedule } from "./policy.ts";
import type { Task } from "./task.ts";

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
}

/** `open` takes work; `closed` ends it; `broken` lost its workers for good; `ended` has none. */
export type CrewState = "open" | "closed" | "broken" | "ended";

export interface WorkerInfo {
  readonly pid: number | null;
  readonly threadId: number | null;
  readonly name: string;
}

const notYet = (): never => {
  throw new Error("the engine is not there yet");
};

export class Crew {
  readonly options: CrewOptions;

  /** @throws RangeError, TypeError, StateError, and PicklingError for the initializer */
  constructor(options: CrewOptions) {
    this.options = options;
  }

  get state(): CrewState {
    return "open";
  }

  /** Tasks that have not ended. */
  get pending(): number {
    return 0;
  }

  get workers(): readonly WorkerInfo[] {
    return [];
  }

  /**
   * Codes a function, so that it can be called by tasks.
   * @throws PicklingError
   */
  prepare(_fn: (...args: never[]) => unknown): Callable {
    return notYet();
  }

  /**
   * Queues a task; its arguments are coded now.
   * @throws PicklingError: then nothing was queued; ClosedError, BrokenExecutorError
   */
  submit(_task: Task): void {
    notYet();
  }

  /** The same for several; when one cannot cross, none is queued. */
  submitAll(_tasks: readonly Task[]): void {
    notYet();
  }

  /** Whether a worker has begun it. */
  started(_task: Task): boolean {
    return notYet();
  }

  /**
   * Takes a task back that nobody has begun. True: it never runs, and its caller settles it. False:
   * it runs, or has ended.
   */
  withdraw(_task: Task): boolean {
    return notYet();
  }

  /**
   * Ends a task, which then fails with `reason`. One that runs is told by `currentSignal()`; when
   * it goes on nevertheless, its worker is replaced. No other task is hurt.
   */
  interrupt(_task: Task, _reason: unknown): void {
    notYet();
  }

  /** Blocks this thread and takes results in until `isDone`, or false when the time is over. */
  waitSync(_isDone: () => boolean, _deadline: Deadline): boolean {
    return notYet();
  }

  /** How long a call of the function takes; undefined while unknown. */
  meanMs(_callable: Callable): number | undefined {
    return undefined;
  }

  /** Takes no more work; the workers end when all is done. */
  close(): void {
    notYet();
  }

  /** Ends everything now. The two functions give the errors of what is dropped. */
  terminate(
    _running: (task: Task) => unknown,
    _queued: (task: Task) => unknown,
    _how: "SIGTERM" | "SIGKILL" = "SIGTERM",
  ): Promise<void> {
    return notYet();
  }

  /** Takes back everything that nobody has begun; its caller settles it. */
  cancelQueued(): Task[] {
    return notYet();
  }

  /** Waits until all workers have ended; false when the time is over. */
  join(_wait?: Wait): Promise<boolean> {
    return notYet();
  }

  joinSync(_wait?: SyncWait): boolean {
    return notYet();
  }
}
