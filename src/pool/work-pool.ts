/** What `Pool` and `ThreadPool` have in common: all but where their workers live. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import type { CrewOptions, WorkerInfo } from "../crew/crew.ts";
import type { Mode } from "../crew/task.ts";
import { CancelledError, StateError } from "../errors.ts";
import { AsyncResult } from "./async-result.ts";
import { NO_ARGS, onlyPromised, promised, settlementFor } from "./call-forms.ts";
import { type AnyFunction, Desk } from "./desk.ts";
import { inputOf } from "./input.ts";
import {
  type ApplyOptions,
  checkArguments,
  checkOptions,
  type ImapOptions,
  itemsOf,
  type MapOptions,
  NO_OPTIONS,
  tuplesOf,
} from "./options.ts";
import { ResultIterator, SyncResultIterator } from "./result-iterator.ts";
import type { Fn, Returned } from "./returned.ts";

/** No more than this many items are ahead of a consumer unless `bufferSize` says so. */
const LARGEST_WINDOW = 256;

type Args<A extends unknown[]> = Readonly<A>;

/**
 * Workers that take calls and maps.
 *
 * What is handed to them is checked, copied and queued at the call. Each verb comes in three forms:
 * `map` gives a promise, `mapSync` blocks, `mapAsync` gives an `AsyncResult`.
 */
export abstract class WorkPool implements AsyncDisposable {
  readonly #desk: Desk;

  /** @internal */
  protected constructor(kind: string, options: CrewOptions) {
    this.#desk = new Desk(kind, options);
  }

  /** What the names of the workers begin with. */
  get name(): string {
    return this.#desk.name;
  }

  /** The workers that are there now. */
  get workers(): readonly WorkerInfo[] {
    return this.#desk.crew.workers;
  }

  /**
   * Calls `fn(...args)` in a worker.
   * @throws what the function threw, TimeoutError, the signal's reason, BrokenExecutorError when
   * its worker died, CancelledError when the pool was terminated; PicklingError, ClosedError
   */
  apply<R>(
    fn: Fn<[], R>,
    args?: readonly [],
    options?: ApplyOptions<Returned<R>>,
  ): Promise<Returned<R>>;
  apply<A extends unknown[], R>(
    fn: Fn<A, R>,
    args: Args<A>,
    options?: ApplyOptions<Returned<R>>,
  ): Promise<Returned<R>>;
  apply(
    fn: AnyFunction,
    args: unknown = NO_ARGS,
    options: ApplyOptions<never> = NO_OPTIONS,
  ): Promise<unknown> {
    if (!onlyPromised(options)) return promised(() => this.#apply(fn, args, options));
    try {
      checkArguments(args);
      return this.#desk.promise(fn, args, checkOptions(options));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** `apply`, blocking the thread. */
  applySync<R>(fn: Fn<[], R>, args?: readonly [], options?: ApplyOptions<Returned<R>>): Returned<R>;
  applySync<A extends unknown[], R>(
    fn: Fn<A, R>,
    args: Args<A>,
    options?: ApplyOptions<Returned<R>>,
  ): Returned<R>;
  applySync(fn: AnyFunction, args?: unknown, options?: ApplyOptions<never>): unknown {
    return this.#apply(fn, args, options).getSync();
  }

  /** `apply`, giving at once what the result will be in. */
  applyAsync<R>(
    fn: Fn<[], R>,
    args?: readonly [],
    options?: ApplyOptions<Returned<R>>,
  ): AsyncResult<Returned<R>>;
  applyAsync<A extends unknown[], R>(
    fn: Fn<A, R>,
    args: Args<A>,
    options?: ApplyOptions<Returned<R>>,
  ): AsyncResult<Returned<R>>;
  applyAsync(fn: AnyFunction, args?: unknown, options?: ApplyOptions<never>): AsyncResult<unknown> {
    return this.#apply(fn, args, options);
  }

  /**
   * Calls `fn(item)` for each item, and gives the results in order. When some fail, the others run
   * nevertheless; then it fails with the error that arrived first.
   */
  map<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T>,
    options?: MapOptions<Returned<R>>,
  ): Promise<Returned<R>[]> {
    return promised(() => this.mapAsync(fn, iterable, options));
  }

  /** `map`, blocking the thread. */
  mapSync<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T>,
    options?: MapOptions<Returned<R>>,
  ): Returned<R>[] {
    return this.mapAsync(fn, iterable, options).getSync();
  }

  /** `map`, giving at once what the results will be in. */
  mapAsync<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T>,
    options?: MapOptions<Returned<R>>,
  ): AsyncResult<Returned<R>[]> {
    return this.#map(fn, "each", iterable, options);
  }

  /** `map` for functions of several arguments: each item is their tuple. */
  starmap<A extends unknown[], R>(
    fn: Fn<A, R>,
    iterable: Iterable<Args<A>>,
    options?: MapOptions<Returned<R>>,
  ): Promise<Returned<R>[]> {
    return promised(() => this.starmapAsync(fn, iterable, options));
  }

  /** `starmap`, blocking the thread. */
  starmapSync<A extends unknown[], R>(
    fn: Fn<A, R>,
    iterable: Iterable<Args<A>>,
    options?: MapOptions<Returned<R>>,
  ): Returned<R>[] {
    return this.starmapAsync(fn, iterable, options).getSync();
  }

  /** `starmap`, giving at once what the results will be in. */
  starmapAsync<A extends unknown[], R>(
    fn: Fn<A, R>,
    iterable: Iterable<Args<A>>,
    options?: MapOptions<Returned<R>>,
  ): AsyncResult<Returned<R>[]> {
    return this.#map(fn, "each-spread", iterable, options);
  }

  /**
   * Calls `fn(item)` for each item and gives the results one by one, in order. The input is pulled
   * as results are taken, at most `bufferSize` items ahead.
   */
  imap<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): ResultIterator<Returned<R>> {
    return this.#stream(fn, iterable, true, options);
  }

  /** `imap` in the order in which the results come. */
  imapUnordered<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T> | AsyncIterable<T>,
    options?: ImapOptions,
  ): ResultIterator<Returned<R>> {
    return this.#stream(fn, iterable, false, options);
  }

  /** `imap`, blocking the thread for each result. */
  imapSync<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T>,
    options?: ImapOptions,
  ): SyncResultIterator<Returned<R>> {
    return this.#streamSync(fn, iterable, true, options);
  }

  /** `imapUnordered`, blocking the thread for each result. */
  imapUnorderedSync<T, R>(
    fn: Fn<[item: T], R>,
    iterable: Iterable<T>,
    options?: ImapOptions,
  ): SyncResultIterator<Returned<R>> {
    return this.#streamSync(fn, iterable, false, options);
  }

  /** Takes no more work. What was accepted is done, then the workers end. */
  close(): void {
    this.#desk.close();
  }

  /** Stops the workers at once. Work that has not ended fails with a CancelledError. */
  terminate(): Promise<void> {
    const cancelled = (what: string) =>
      new CancelledError(`${what} was cancelled: ${this.name} was terminated`);
    return this.#desk.terminate(cancelled, cancelled);
  }

  /**
   * Waits until the workers have ended; false when the time is over first.
   * @throws StateError before `close` or `terminate`
   */
  async join(wait?: Wait): Promise<boolean> {
    this.#mustBeClosed();
    return await this.#desk.join(wait);
  }

  /** `join`, blocking this thread and its event loop. */
  joinSync(wait?: SyncWait): boolean {
    this.#mustBeClosed();
    return this.#desk.joinSync(wait);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate();
  }

  toString(): string {
    return this.#desk.toString();
  }

  static {
    showByToString(this);
  }

  #apply(
    fn: AnyFunction,
    args: unknown = NO_ARGS,
    options: ApplyOptions<never> = NO_OPTIONS,
  ): AsyncResult<unknown> {
    checkArguments(args);
    const settlement = settlementFor<unknown>(checkOptions(options));
    this.#desk.call(settlement, fn, args, options);
    return new AsyncResult(settlement);
  }

  #map<R>(
    fn: AnyFunction,
    mode: Mode,
    iterable: Iterable<unknown>,
    options: MapOptions<R> = {},
  ): AsyncResult<R[]> {
    const settlement = settlementFor<R[]>(checkOptions(options));
    const items = mode === "each-spread" ? tuplesOf(iterable) : itemsOf(iterable);
    this.#desk.batch(settlement, fn, mode, items, options);
    return new AsyncResult(settlement);
  }

  #stream<R>(
    fn: AnyFunction,
    iterable: unknown,
    ordered: boolean,
    options: ImapOptions = {},
  ): ResultIterator<R> {
    const window = this.#window(checkOptions(options));
    const wish = { fn, mode: "each" as const, input: inputOf(iterable), ordered, options, window };
    return new ResultIterator(this.#desk.stream(wish), options.onProgress);
  }

  #streamSync<R>(
    fn: AnyFunction,
    iterable: unknown,
    ordered: boolean,
    options: ImapOptions = {},
  ): SyncResultIterator<R> {
    const window = this.#window(checkOptions(options));
    const input = inputOf(iterable);
    if (input.async) throw new TypeError("a call that blocks cannot wait for an async iterable");
    const wish = { fn, mode: "each" as const, input, ordered, options, window };
    return new SyncResultIterator(this.#desk.stream(wish), options.onProgress, this.#desk.crew);
  }

  #window({ chunkSize = 1 }: ImapOptions): number {
    return Math.min(2 * this.#desk.size * chunkSize, LARGEST_WINDOW);
  }

  #mustBeClosed(): void {
    if (!this.#desk.closed) throw new StateError(`join before close or terminate: ${this.name}`);
  }
}
