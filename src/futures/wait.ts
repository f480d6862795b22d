/** Waits for the first, the first that failed, or all of several futures. */
import { Deadline, type SyncWait, timeAllowed, type Wait } from "../core/deadline.ts";
import { checkNames } from "../core/option-names.ts";
import { shownKind } from "../core/options.ts";
import { settlementOf } from "../pool/eventual.ts";
import { isIterable } from "../pool/options.ts";
import { Settlement } from "../pool/settlement.ts";
import { blockFor } from "./block-for.ts";
import { Future } from "./future.ts";

/** For `wait`: come back when at least one is done, in whatever way. */
export const FIRST_COMPLETED = "FIRST_COMPLETED";
/** For `wait`: come back when one has failed, or all are done; a cancelled one has not failed. */
export const FIRST_EXCEPTION = "FIRST_EXCEPTION";
/** For `wait`: come back when all are done. */
export const ALL_COMPLETED = "ALL_COMPLETED";

/** When `wait` comes back. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

interface When {
  /** `ALL_COMPLETED` unless given. */
  readonly returnWhen?: ReturnWhen;
}

/** The futures by whether they are done. */
export interface Waited<F> {
  /** Those with a result or an error, and the cancelled ones. */
  readonly done: Set<F>;
  /** Those that were unfinished when the time was over or enough were done. */
  readonly notDone: Set<F>;
}

const CHOICES: readonly unknown[] = [FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED];

/**
 * Waits for futures of any executors. When the time is over it comes back with what there is; it
 * never throws their errors, and looking at these is still to be done.
 * @throws TypeError for what is no list of futures, RangeError for a bad time or `returnWhen`, the
 * signal's reason
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: Wait & When = {},
): Promise<Waited<F>> {
  timeAllowed(options);
  checkNames(options);
  const crowd = new Crowd(futures, options.returnWhen);
  await crowd.wait(options);
  return crowd.divided();
}

/** `wait`, blocking the thread. */
export function waitSync<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: SyncWait & When = {},
): Waited<F> {
  const deadline = new Deadline(timeAllowed(options));
  checkNames(options);
  const crowd = new Crowd(futures, options.returnWhen);
  crowd.waitSync(deadline);
  return crowd.divided();
}

/** Futures, each of them once, with its first position. @throws TypeError */
export function positionsOf<F extends Future<unknown>>(futures: Iterable<F>): Map<F, number> {
  if (!isIterable(futures))
    throw new TypeError("an iterable of futures is needed, such as an array");
  const positions = new Map<F, number>();
  let index = 0;
  for (const future of futures) {
    if (!(future instanceof Future))
      throw new TypeError(`futures[${index}] is no future, but ${typeof future}`);
    if (!positions.has(future)) positions.set(future, index);
    index++;
  }
  return positions;
}

class Crowd<F extends Future<unknown>> {
  readonly #futures: readonly F[];
  readonly #settlements: readonly Settlement<unknown>[];
  readonly #returnWhen: ReturnWhen;
  /** Settled when there is enough. */
  readonly #enough = new Settlement<void>("the wait");
  #left: number;
  #failed = false;

  constructor(futures: Iterable<F>, returnWhen: ReturnWhen = ALL_COMPLETED) {
    if (!CHOICES.includes(returnWhen)) throw wrongChoice(returnWhen);
    this.#futures = [...positionsOf(futures).keys()];
    this.#settlements = this.#futures.map((future) => settlementOf(future));
    this.#returnWhen = returnWhen;
    this.#left = this.#settlements.length;
    this.#look();
  }

  async wait(wait: Wait): Promise<void> {
    const leave = this.#watch();
    try {
      await this.#enough.wait(wait);
    } finally {
      leave();
    }
  }

  waitSync(deadline: Deadline): void {
    const leave = this.#watch();
    try {
      blockFor(this.#settlements, () => this.#enough.done, deadline);
    } finally {
      leave();
    }
  }

  divided(): Waited<F> {
    const done = new Set<F>();
    const notDone = new Set<F>();
    for (const future of this.#futures) (future.done ? done : notDone).add(future);
    return { done, notDone };
  }

  #watch(): () => void {
    const watched = this.#settlements.map((settlement) => {
      const observer = { settled: () => this.#note(settlement) };
      settlement.observe(observer);
      return { settlement, observer };
    });
    return () => {
      for (const { settlement, observer } of watched) settlement.unobserve(observer);
    };
  }

  #note(settlement: Settlement<unknown>): void {
    this.#left--;
    if (settlement.phase === "rejected") this.#failed = true;
    this.#look();
  }

  #look(): void {
    const some = this.#left < this.#settlements.length;
    const enough =
      this.#left === 0 ||
      (this.#returnWhen === FIRST_COMPLETED && some) ||
      (this.#returnWhen === FIRST_EXCEPTION && this.#failed);
    if (enough) this.#enough.settle("fulfilled", undefined);
  }
}

function wrongChoice(given: unknown): Error {
  const Wrong = typeof given === "string" ? RangeError : TypeError;
  return new Wrong(`returnWhen must be one of ${CHOICES.join(", ")}, not ${shownKind(given)}`);
}
