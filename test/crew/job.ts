/** The simplest face of a crew: a task that is a promise. */
import type { Worker } from "node:worker_threads";
import { Deadline } from "#internal/core/deadline.js";
import type { Callable } from "#internal/crew/callable.js";
import { Crew, type CrewOptions } from "#internal/crew/crew.js";
import { type Mode, Task } from "#internal/crew/task.js";

export class Job extends Task {
  readonly promise: Promise<unknown>;
  outcome: { value: unknown } | { error: unknown } | undefined;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;

  constructor(
    callable: Callable,
    mode: Mode,
    args: readonly unknown[],
    priority?: number,
    cost?: number,
  ) {
    super(callable, mode, args, priority, cost);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.promise.catch(() => {});
  }

  succeed(value: unknown): void {
    this.outcome = { value };
    this.#resolve(value);
  }

  fail(error: unknown): void {
    this.outcome = { error };
    this.#reject(error);
  }
}

const threads = new Set<Worker>();
process.on("worker", (worker: Worker) => {
  threads.add(worker);
  worker.once("exit", () => threads.delete(worker));
});

type AnyFunction = (...args: never[]) => unknown;

/** A crew with calls that give jobs. */
export class TestCrew extends Crew {
  constructor(options: Partial<CrewOptions> & Pick<CrewOptions, "reach">) {
    super({
      size: 2,
      name: "Crew",
      daemon: true,
      onWorkerDeath: "replace",
      start: "at once",
      ...options,
    });
  }

  call(fn: AnyFunction, ...args: unknown[]): Job {
    return this.start(new Job(this.prepare(fn), "call", args));
  }

  start(job: Job): Job {
    this.submit(job);
    return job;
  }

  run(fn: AnyFunction, ...args: unknown[]): Promise<unknown> {
    return this.call(fn, ...args).promise;
  }

  runSync(fn: AnyFunction, ...args: unknown[]): unknown {
    const job = this.call(fn, ...args);
    this.waitSync(() => job.outcome !== undefined, new Deadline(20_000));
    if (job.outcome === undefined) throw new Error("no outcome in time");
    if ("error" in job.outcome) throw job.outcome.error;
    return job.outcome.value;
  }

  /** Tears a thread of it down. */
  kill(threadId: number): void {
    for (const worker of threads) if (worker.threadId === threadId) void worker.terminate();
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = (): Error => new Error("the test is over");
    await this.terminate(ended, ended);
  }
}
