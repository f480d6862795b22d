/**
 * Runs main functions and answers for what they start.
 *
 * A run owns the tasks made inside it. When it ends, what is unfinished is cancelled and awaited,
 * timers and left-over awaits are taken away, and failures that nobody saw are reported.
 */
import { ClosedError, StateError } from "../errors.ts";
import { checkTime } from "../core/deadline.ts";
import { wrap, type Awaitable } from "./awaitable.ts";
import { TaskDebugger } from "./debug.ts";
import { getRunningLoop, type EventLoop } from "./event-loop.ts";
import { endExecutorsOf } from "./executor.ts";
import { reportFailures } from "./failures.ts";
import { type OptionNames, optionNames } from "../core/option-names.ts";
import { areOptions, checkFlag, shownKind } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { Interrupt } from "./interrupt.ts";
import { currentOwner, outside, Owner } from "./owner.ts";
import { isThenable } from "./thenable.ts";
import { Task } from "./task.ts";
import { partStaysHere } from "./stays-here.ts";

/** What a run watches for. */
export interface RunOptions {
  /**
   * Warns of callbacks that hold the loop, of tasks that are never awaited, and of tasks that
   * swallow their CancelledError.
   */
  debug?: boolean;
  /** How long a callback may hold the loop before debug mode warns; 100 when absent. */
  slowCallbackMs?: number;
}

const NAMES: OptionNames = optionNames({
  loop_factory: [null, "there is one event loop, that of Node"],
});

/** A pending `run` is pending work: it keeps the process alive, whatever it waits for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runs several main functions, one after the other, whose tasks live until it is closed. */
export class Runner {
  readonly #owner: Owner;
  #gaveUp = false;
  #state: "idle" | "running" | "closed" = "idle";

  /** @throws RangeError for a bad `slowCallbackMs` */
  constructor(options: RunOptions = {}) {
    if (!areOptions(options, NAMES))
      throw new TypeError(
        `options must be an object such as { debug: true }, not ${shownKind(options)}`,
      );
    checkFlag(options.debug, "debug");
    const slowCallbackMs = checkTime(options.slowCallbackMs ?? 100, "slowCallbackMs");
    this.#owner = new Owner(options.debug === true ? new TaskDebugger(slowCallbackMs) : undefined);
  }

  /**
   * Runs `main` as a task and gives its outcome. Ctrl-C cancels it and rejects with a
   * CancelledError, unless the program handles SIGINT itself.
   * @throws StateError inside another run, ClosedError after `close`
   */
  async run<T>(main: Awaitable<T>): Promise<T> {
    this.#begin();
    if (typeof main !== "function" && !isThenable(main))
      throw new TypeError(`run takes a function or a promise, not ${typeof main}`);
    this.#state = "running";
    const keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
    const body = typeof main === "function" ? main : (): PromiseLike<T> => wrap(main);
    const task = new Task(body, { name: "main" }, this.#owner);
    const interrupt = new Interrupt(task as Task<unknown>);
    try {
      return await Promise.race([task, interrupt.gaveUp]);
    } catch (error) {
      this.#gaveUp = !task.done;
      if (task.cancelled && interrupt.happened) throw interrupt.error;
      throw error;
    } finally {
      interrupt.stop();
      clearInterval(keepAlive);
      this.#state = "idle";
    }
  }

  /** The loop of this thread, which is the same for all runners. */
  getLoop(): EventLoop {
    return getRunningLoop();
  }

  /** Cancels and awaits what is left. May be repeated. @throws StateError while it runs */
  async close(): Promise<void> {
    if (this.#state === "running") throw new StateError("a runner cannot be closed while it runs");
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (this.#gaveUp) this.#owner.abandon();
    else await this.#owner.finish();
    await endExecutorsOf(this.#owner, { wait: !this.#gaveUp });
    this.#owner.debug?.finish();
    reportFailures(this.#owner);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  toString(): string {
    return `<Runner ${this.#state}, ${this.#owner.tasks.toArray().length} tasks>`;
  }

  #begin(): void {
    if (this.#state === "closed") throw new ClosedError("the runner is closed");
    if (this.#state === "running" || currentOwner() !== outside)
      throw new StateError("asyncio.run cannot be called inside another run; just await main()");
  }
}
showByToString(Runner);
partStaysHere(Runner, "Runner");

/**
 * Runs `main` and everything it starts; at its end, what is unfinished is cancelled and awaited.
 * @throws StateError inside another run
 */
export async function run<T>(main: Awaitable<T>, options?: RunOptions): Promise<T> {
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}
