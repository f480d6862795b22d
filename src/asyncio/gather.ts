/** Runs awaitables side by side and gives their results in order. */
import { checkFlag, checkIsOptions } from "../core/options.ts";
import { ensureFutures, type Awaitable, type ResultOf } from "./awaitable.ts";
import { Future } from "./future.ts";
import type { Observer } from "./observer.ts";

/** What becomes of failures in a gather. */
export interface GatherOptions<Returned extends boolean = boolean> {
  /** Errors and cancellations become results instead of failing the whole. */
  returnExceptions?: Returned;
}

/** The results of a list of awaitables, by position where the list is a tuple. */
export type ResultsOf<A extends readonly unknown[], E = never> = {
  -readonly [K in keyof A]: ResultOf<A[K]> | E;
};

/**
 * Runs awaitables side by side; the results come in the order of the arguments. The first failure
 * fails the whole at once, while the others go on. Cancelling it cancels all of them.
 *
 * Differs from Python: takes one list. A function that is in it twice is started twice; a task or
 * promise shares its result.
 * @throws TypeError for what cannot be awaited
 */
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options?: GatherOptions<false>,
): Future<ResultsOf<A>>;
export function gather<const A extends readonly Awaitable<unknown>[]>(
  awaitables: A,
  options: GatherOptions,
): Future<ResultsOf<A, Error>>;
export function gather<T>(
  awaitables: Iterable<Awaitable<T>>,
  options?: GatherOptions<false>,
): Future<T[]>;
export function gather<T>(
  awaitables: Iterable<Awaitable<T>>,
  options: GatherOptions,
): Future<(T | Error)[]>;
export function gather(
  awaitables: Iterable<Awaitable<unknown>>,
  options?: GatherOptions,
): Future<unknown[]> {
  if (typeof awaitables === "function" || typeof options === "function")
    throw new TypeError("gather takes one list: gather([first, second])");
  if (options !== undefined) checkIsOptions(options);
  checkFlag(options?.returnExceptions, "returnExceptions");
  return new Gathering(ensureFutures(awaitables), options?.returnExceptions === true);
}

class Gathering extends Future<unknown[]> implements Observer {
  readonly #parts: readonly Future<unknown>[];
  readonly #returnExceptions: boolean;
  #left: number;
  #cancelMessage: string | undefined;

  constructor(parts: readonly Future<unknown>[], returnExceptions: boolean) {
    super();
    this.#parts = parts;
    this.#returnExceptions = returnExceptions;
    this.#left = parts.length;
    if (parts.length === 0) this.setResult([]);
    for (const part of parts) part.observe(this);
  }

  get awaiter(): Future<unknown> {
    return this as Future<unknown>;
  }

  settled(part: Future<unknown>): void {
    this.#left--;
    if (this.done) return;
    if (this.#returnExceptions || part.state === "fulfilled") {
      if (this.#left === 0) this.#finish();
    } else this.settle(part.cancelled ? "cancelled" : "rejected", part.reason);
  }

  /** Cancels every part; the whole is cancelled when they are. */
  override cancel(message?: string): boolean {
    if (this.done) return false;
    let cancelled = false;
    this.#cancelMessage ??= message ?? "gather was cancelled";
    for (const part of this.#parts) if (part.cancel(message)) cancelled = true;
    return cancelled;
  }

  /** It failed by a part that ended before it could be told. */
  override get cancelIgnored(): boolean {
    if (this.state !== "rejected" || this.#cancelMessage === undefined) return false;
    return this.#parts.some((part) => part.reason === this.reason && part.cancelIgnored);
  }

  #finish(): void {
    if (this.#cancelMessage !== undefined) super.cancel(this.#cancelMessage);
    else this.setResult(this.#parts.map((part) => part.reason));
  }

  override get label(): string {
    return `gather of ${this.#parts.length}`;
  }
}
