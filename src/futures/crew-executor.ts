/** What the two executors of this library have in common: all but where their workers live. */
import { areOptions, checkFlag } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import type { CrewOptions, WorkerInfo } from "../crew/crew.ts";
import { BrokenProcessPool, BrokenThreadPool, CancelledError } from "../errors.ts";
import { type AnyFunction, Desk, type StreamWish } from "../pool/desk.ts";
import { inputOf, sideBySide } from "../pool/input.ts";
import { checkOptions, type WorkOptions } from "../pool/options.ts";
import { ResultIterator, SyncResultIterator } from "../pool/result-iterator.ts";
import type { Fn, Returned } from "../pool/returned.ts";
import { Settlement } from "../pool/settlement.ts";
import { Executor, type ShutdownOptions } from "./executor.ts";
import { Future } from "./future.ts";

/** What `with` can say about the work given to a view of an executor. */
export interface ViewOptions extends WorkOptions {
  /** How many items of a `map` go to a worker at once; 1 unless given. */
  readonly chunkSize?: number;
  /** How many items of a `map` are submitted ahead of its consumer; all unless given. */
  readonly bufferSize?: number;
}

/** The iterables of a `map`, one for each argument; one that is asynchronous makes all so. */
export type AnyInputs<A extends unknown[]> = {
  [K in keyof A]: Iterable<A[K]> | AsyncIterable<A[K]>;
};

/** What an executor and its views share, and the options of one of them. */
interface View {
  readonly desk: Desk;
  readonly reach: "thread" | "process";
  readonly options: ViewOptions;
}

/** An executor whose workers this library starts, or a view of one. */
export abstract class CrewExecutor extends Executor {
  /** @internal */
  protected readonly view: View;

  /** @internal */
  protected constructor(kind: string, options: CrewOptions) {
    super();
    this.view = { desk: new Desk(kind, options), reach: options.reach, options: {} };
  }

  /** The workers that are there now. */
  get workers(): readonly WorkerInfo[] {
    return this.view.desk.crew.workers;
  }

  /**
   * Has `fn(...args)` called in a worker. Function and arguments are copied at the call.
   * @throws TypeError, PicklingError, ClosedError after `shutdown`, BrokenExecutorError
   */
  override submit<A extends unknown[], R>(fn: Fn<A, R>, ...args: A): Future<Returned<R>> {
    const settlement = new Settlement<Returned<R>>("the work");
    const { desk, options } = this.view;
    desk.call(settlement as Settlement<unknown>, fn, args, options);
    return new Future(settlement);
  }

  /**
   * Calls `fn` with the first item of each iterable, with the second, and so on, up to the end of
   * the shortest; gives the results in order. All is submitted at once, unless a `bufferSize` was
   * given by `with`: then only so many items ahead of the consumer. An error is thrown where the
   * result would have been, and the next call goes on; leaving the loop drops what has not begun.
   */
  override map<A extends unknown[], R>(
    fn: Fn<A, R>,
    ...iterables: AnyInputs<A>
  ): ResultIterator<Returned<R>> {
    return new ResultIterator(this.view.desk.stream(wishOf(this.view, fn, iterables)), undefined);
  }

  /** `map`, blocking the thread for each result. */
  override mapSync<A extends unknown[], R>(
    fn: Fn<A, R>,
    ...iterables: AnyInputs<A>
  ): SyncResultIterator<Returned<R>> {
    const { desk } = this.view;
    const wish = wishOf(this.view, fn, iterables);
    if (wish.input.async)
      throw new TypeError("a call that blocks cannot wait for an async iterable");
    return new SyncResultIterator(desk.stream(wish), undefined, desk.crew);
  }

  /** The same workers, with options for the work that is given to them through it. */
  with(options: ViewOptions): this {
    const { view } = this;
    const merged = { ...view.options, ...checkOptions(options) };
    const other = Object.create(Object.getPrototypeOf(this) as object) as { view: View };
    other.view = { ...view, options: merged };
    return other as unknown as this;
  }

  /**
   * Takes no more work. Without options it waits until everything is done and the workers have
   * ended; views and executor are one in this.
   */
  override async shutdown(options: ShutdownOptions = {}): Promise<void> {
    if (close(this.view, options)) await this.view.desk.join();
  }

  /** `shutdown`, blocking the thread. */
  shutdownSync(options: ShutdownOptions = {}): void {
    if (close(this.view, options)) this.view.desk.joinSync();
  }

  /**
   * Ends the workers by SIGTERM, and shuts down: what runs fails with a BrokenExecutorError, what
   * has not begun is cancelled.
   */
  terminateWorkers(): Promise<void> {
    return endWorkers(this.view, "SIGTERM");
  }

  /** The same by SIGKILL. */
  killWorkers(): Promise<void> {
    return endWorkers(this.view, "SIGKILL");
  }

  override toString(): string {
    return this.view.desk.toString();
  }

  static {
    showByToString(this);
  }
}

// Functions and not private methods, which views would not have.

function wishOf(view: View, fn: AnyFunction, iterables: readonly unknown[]): StreamWish {
  const single = iterables.length === 1;
  return {
    fn,
    mode: single ? "each" : "each-spread",
    input: single ? inputOf(iterables[0]) : sideBySide(iterables),
    ordered: true,
    options: view.options,
    window: Infinity,
  };
}

/** Whether the end is to be waited for. */
function close({ desk }: View, options: ShutdownOptions): boolean {
  if (!areOptions(options)) throw new TypeError("shutdown takes options such as { wait: false }");
  const { wait = true, cancelFutures = false } = options;
  checkFlag(wait, "wait");
  checkFlag(cancelFutures, "cancelFutures");
  if (cancelFutures) {
    desk.dropQueued(
      (what) => new CancelledError(`${what} was cancelled: ${desk.name} was shut down`),
    );
  }
  desk.close();
  return wait;
}

async function endWorkers({ desk, reach }: View, how: "SIGTERM" | "SIGKILL"): Promise<void> {
  const Broken = reach === "thread" ? BrokenThreadPool : BrokenProcessPool;
  const why = `the workers of ${desk.name} were ${how === "SIGTERM" ? "terminated" : "killed"}`;
  await desk.terminate(
    (task) => new Broken(`${task} was running when ${why}`, { task }),
    (task) => new CancelledError(`${task} was cancelled: ${why}`),
    how,
  );
}
