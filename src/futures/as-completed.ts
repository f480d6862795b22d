/** Gives the outcomes of futures in the order in which they come. */
import { Deadline, givenSignal, type SyncWait, timeAllowed, type Wait } from "../core/deadline.ts";
import { TimeoutError } from "../errors.ts";
import { settlementOf } from "../pool/eventual.ts";
import { Fifo } from "../pool/fifo.ts";
import { Settlement } from "../pool/settlement.ts";
import { blockFor } from "./block-for.ts";
import type { Future } from "./future.ts";
import { positionsOf } from "./wait.ts";

/** What a future gives. */
type ResultOf<F> = F extends Future<infer R> ? R : never;

/** One of the futures is done. A bare future would be unwrapped by `for await`. */
export type Completed<F> = {
  /** The one that is done. */
  readonly future: F;
  /** Its position among the futures that were given. */
  readonly index: number;
} & (
  | {
      /** Whether it has a result; a cancelled one is rejected, by its CancelledError. */
      readonly status: "fulfilled";
      /** The result. */
      readonly value: ResultOf<F>;
    }
  | {
      readonly status: "rejected";
      /** The error, or whatever else was thrown. */
      readonly reason: unknown;
    }
);

/** How long all of it may take, and what ends it. */
export type AsCompletedOptions = Wait;

/**
 * Gives a report on each future as soon as it is done, first on those that are; errors are reports
 * too. The time counts from the call; what is unfinished then goes on. A future given twice is
 * reported once.
 * @throws TypeError, RangeError at the call; from a `next` that waits, TimeoutError, the signal's
 * reason
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: AsCompletedOptions = {},
): AsyncGenerator<Completed<F>, undefined> {
  return reports(arrivalsOf(futures, options), givenSignal(options));
}

/** `asCompleted`, blocking the thread for each report. */
export function asCompletedSync<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: SyncWait = {},
): Generator<Completed<F>, undefined> {
  return reportsSync(arrivalsOf(futures, options));
}

async function* reports<F extends Future<unknown>>(
  arrivals: Arrivals<F>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Completed<F>, undefined> {
  try {
    while (arrivals.left > 0) yield arrivals.take() ?? (await arrivals.next(signal));
  } finally {
    arrivals.leave();
  }
  return undefined;
}

function* reportsSync<F extends Future<unknown>>(
  arrivals: Arrivals<F>,
): Generator<Completed<F>, undefined> {
  try {
    while (arrivals.left > 0) yield arrivals.take() ?? arrivals.nextSync();
  } finally {
    arrivals.leave();
  }
  return undefined;
}

function arrivalsOf<F extends Future<unknown>>(futures: Iterable<F>, wait: SyncWait): Arrivals<F> {
  const deadline = new Deadline(timeAllowed(wait));
  return new Arrivals(positionsOf(futures), deadline);
}

class Arrivals<F extends Future<unknown>> {
  readonly #total: number;
  readonly #deadline: Deadline;
  readonly #done = new Fifo<{ readonly future: F; readonly index: number }>();
  readonly #settlements: readonly Settlement<unknown>[];
  readonly #observers: readonly { settled: () => void }[];
  readonly #waiting = new Set<Settlement<void>>();
  /** How many are not reported yet. */
  left: number;

  constructor(positions: ReadonlyMap<F, number>, deadline: Deadline) {
    this.#total = this.left = positions.size;
    this.#deadline = deadline;
    this.#settlements = Array.from(positions.keys(), (future) => settlementOf(future));
    this.#observers = Array.from(positions, ([future, index]) => ({
      settled: () => this.#arrive(future, index),
    }));
    this.#settlements.forEach((settlement, at) => settlement.observe(this.#observers[at]!));
  }

  /** Nobody asks any more: what is unfinished is not to keep this. */
  leave(): void {
    if (this.left === 0) return;
    this.#settlements.forEach((settlement, at) => settlement.unobserve(this.#observers[at]!));
  }

  take(): Completed<F> | undefined {
    const arrived = this.#done.take();
    if (arrived === undefined) return undefined;
    this.left--;
    const settlement = settlementOf(arrived.future) as Settlement<unknown>;
    settlement.see();
    const outcome =
      settlement.phase === "fulfilled"
        ? { status: "fulfilled", value: settlement.outcome }
        : { status: "rejected", reason: settlement.outcome };
    return { ...arrived, ...outcome } as Completed<F>;
  }

  async next(signal: AbortSignal | undefined): Promise<Completed<F>> {
    const arrival = new Settlement<void>("the next report");
    const { remainingMs } = this.#deadline;
    this.#waiting.add(arrival);
    try {
      if (!(await arrival.wait({ timeoutMs: remainingMs, signal }))) throw this.#tooLate();
    } finally {
      this.#waiting.delete(arrival);
    }
    return this.take()!;
  }

  nextSync(): Completed<F> {
    const arrived = (): boolean => this.#done.size > 0;
    if (!blockFor(this.#settlements, arrived, this.#deadline)) throw this.#tooLate();
    return this.take()!;
  }

  #arrive(future: F, index: number): void {
    this.#done.add({ future, index });
    for (const arrival of this.#waiting) arrival.settle("fulfilled", undefined);
  }

  #tooLate(): TimeoutError {
    return new TimeoutError(`${this.left} (of ${this.#total}) futures unfinished`);
  }
}
