/** Gives outcomes in the order in which they come. */
import { Deadline, type Wait } from "../core/deadline.ts";
import { TimeoutError } from "../errors.ts";
import { ensureFutures, type Awaitable, type FutureOf, type ResultOf } from "./awaitable.ts";
import { Fifo } from "./fifo.ts";
import type { Future } from "./future.ts";
import type { Observer } from "./observer.ts";
import { currentScope, takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Limits, type Place } from "./waiter.ts";

/** One of the awaitables is done. A bare task would be unwrapped by `for await`. */
export type Completed<A> = {
  /** The one that is done: the task of a function, the future of a promise. */
  readonly task: FutureOf<A>;
  /** Its position among the arguments. */
  readonly index: number;
} & (
  | {
      /** Whether it has a result; a cancelled one is rejected, by its CancelledError. */
      readonly status: "fulfilled";
      /** The result. */
      readonly value: ResultOf<A>;
    }
  | {
      readonly status: "rejected";
      /** The error, or whatever else was thrown. */
      readonly reason: unknown;
    }
);

/**
 * Starts awaitables and gives a report on each as soon as it is done; errors are reports too. The
 * time counts from the call; what is unfinished then goes on. A task given twice is reported once.
 * @throws TypeError for what cannot be awaited, RangeError for a bad time, both at the call; from a
 * `next` that waits, TimeoutError, the signal's reason
 */
export function asCompleted<A extends Awaitable<unknown>>(
  awaitables: Iterable<A>,
  options: Wait = {},
): AsyncIterableIterator<Completed<A>> {
  const limits = limitsOf(options);
  const places = new Map<Future<unknown>, number>();
  for (const [index, future] of ensureFutures(awaitables).entries())
    if (!places.has(future)) places.set(future, index);
  const arrivals = new Arrivals(places, limits);
  return arrivals.reports() as AsyncIterableIterator<Completed<A>>;
}

class Arrivals implements Observer, Place<void> {
  readonly awaiter: Future<unknown> | undefined = currentScope()?.task;
  readonly #places: ReadonlyMap<Future<unknown>, number>;
  readonly #deadline: Deadline;
  readonly #signal: AbortSignal | undefined;
  readonly #done = new Fifo<Future<unknown>>();
  readonly #waiters = new Set<Waiter<void>>();
  #reported = 0;

  constructor(places: ReadonlyMap<Future<unknown>, number>, { timeoutMs, signal }: Limits) {
    this.#places = places;
    this.#deadline = new Deadline(timeoutMs);
    this.#signal = signal;
    for (const future of places.keys()) future.observe(this);
  }

  get #total(): number {
    return this.#places.size;
  }

  settled(future: Future<unknown>): void {
    this.#done.add(future);
    for (const waiter of this.#waiters) waiter.grant();
    this.#waiters.clear();
  }

  leave(waiter: Waiter<void>): void {
    this.#waiters.delete(waiter);
  }

  describe(): string {
    return `asCompleted, ${this.#reported} of ${this.#total} reported`;
  }

  async *reports(): AsyncGenerator {
    try {
      while (this.#reported < this.#total) {
        if (this.#done.size === 0) {
          await this.#next();
          continue;
        }
        const future = this.#done.take();
        this.#reported++;
        yield { task: future, index: this.#places.get(future)!, ...future.outcome };
      }
    } finally {
      // What is unfinished is not to keep this.
      if (this.#reported < this.#total)
        for (const future of this.#places.keys()) future.unobserve(this);
    }
  }

  async #next(): Promise<void> {
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    const waiter = new Waiter<void>(this);
    this.#waiters.add(waiter);
    waiter.limit({ timeoutMs: this.#deadline.remainingMs, signal: this.#signal }, () => {
      const left = this.#total - this.#reported;
      waiter.fail(new TimeoutError(`${left} (of ${this.#total}) tasks unfinished`));
    });
    return waiter.promise;
  }
}
