/** `Executor`: what every executor has, those of others too. */
import { showByToString } from "../core/shown.ts";
import { checkFunction } from "../pool/options.ts";
import type { Fn, Returned } from "../pool/returned.ts";
import { sideBySide } from "../pool/input.ts";
import type { Future } from "./future.ts";

/** The iterables of a `map`: one for each argument. */
export type Inputs<A extends unknown[]> = { [K in keyof A]: Iterable<A[K]> };

/** How an executor is shut down. */
export interface ShutdownOptions {
  /** Whether to wait until all work is done and the workers have ended; true unless given. */
  readonly wait?: boolean;
  /** Whether to cancel what has not begun; false unless given. */
  readonly cancelFutures?: boolean;
}

/**
 * The base of executors. One of your own needs `submit`, which makes a `Future` and settles it
 * later; the rest then works.
 */
export abstract class Executor implements AsyncDisposable {
  /** @throws TypeError for an executor that is no more than this */
  constructor() {
    if (new.target !== Executor) return;
    throw new TypeError(
      "Executor is abstract: make a ThreadPoolExecutor or ProcessPoolExecutor, or extend it by a " +
        "submit of your own",
    );
  }

  /**
   * Has `fn(...args)` called elsewhere. One that runs no generators to their end says `Future<R>`.
   */
  abstract submit<A extends unknown[], R>(
    fn: Fn<A, R>,
    ...args: A
  ): Future<Returned<R>> | Future<R>;

  /**
   * Submits `fn` with the first item of each iterable, with the second, and so on, up to the end of
   * the shortest; gives the results in order. An error is thrown where the result would have been;
   * leaving the loop cancels what has not begun.
   */
  map<A extends unknown[], R>(
    fn: Fn<A, R>,
    ...iterables: Inputs<A>
  ): AsyncIterable<Returned<R>> & AsyncIterator<Returned<R>, undefined> {
    return resultsOf(this.#submitAll(fn, tuplesOf(iterables)));
  }

  /** `map`, blocking the thread for each result. */
  mapSync<A extends unknown[], R>(
    fn: Fn<A, R>,
    ...iterables: Inputs<A>
  ): Iterable<Returned<R>> & Iterator<Returned<R>, undefined> {
    return resultsOfSync(this.#submitAll(fn, tuplesOf(iterables)));
  }

  /** Lets go of what the executor has. */
  async shutdown(_options?: ShutdownOptions): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  toString(): string {
    return `${this.constructor.name}()`;
  }

  static {
    showByToString(this);
  }

  #submitAll<A extends unknown[], R>(fn: Fn<A, R>, tuples: Iterable<A>): Future<Returned<R>>[] {
    checkFunction(fn);
    return Array.from(tuples, (args) => this.submit(fn, ...args) as Future<Returned<R>>);
  }
}

function tuplesOf(iterables: readonly unknown[]): Iterable<never> {
  const { async, items } = sideBySide(iterables);
  if (async) throw new TypeError("this executor maps over iterables only, not over async ones");
  return { [Symbol.iterator]: () => items as Iterator<never> };
}

async function* resultsOf<R>(futures: Future<R>[]): AsyncGenerator<R, undefined> {
  try {
    for (let next = 0; next < futures.length; next++) yield await futures[next]!.result();
  } finally {
    for (const future of futures) future.cancel();
  }
  return undefined;
}

function* resultsOfSync<R>(futures: Future<R>[]): Generator<R, undefined> {
  try {
    for (let next = 0; next < futures.length; next++) yield futures[next]!.resultSync();
  } finally {
    for (const future of futures) future.cancel();
  }
  return undefined;
}
