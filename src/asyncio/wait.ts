/** Waits for the first, the first failed, or all of several futures, and cancels none. */
import { ensureFutures, type Awaitable, type FutureOf } from "./awaitable.ts";
import { Future } from "./future.ts";
import type { Observer } from "./observer.ts";
import { currentTask } from "./task.ts";
import { limitsOf, Waiter, type Place } from "./waiter.ts";
import { takeCancellation } from "./scope.ts";
import type { Wait } from "../core/deadline.ts";
import { checkNames } from "../core/option-names.ts";
import { shownKind } from "../core/options.ts";

/** For `wait`: come back when at least one is done, in whatever way. */
export const FIRST_COMPLETED = "FIRST_COMPLETED";
/** For `wait`: come back when one has failed, or all are done; a cancelled one has not failed. */
export const FIRST_EXCEPTION = "FIRST_EXCEPTION";
/** For `wait`: come back when all are done. */
export const ALL_COMPLETED = "ALL_COMPLETED";

/** When `wait` comes back. */
export type ReturnWhen = typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION | typeof ALL_COMPLETED;

/** How long to wait, and for how many. */
export interface WaitOptions extends Wait {
  /** `ALL_COMPLETED` when absent. */
  returnWhen?: ReturnWhen;
}

/** What `wait` gives: the futures by whether they are done. */
export interface Waited<F> {
  /** Those with a result or an error, and the cancelled ones. */
  readonly done: Set<F>;
  /** Those that go on. */
  readonly pending: Set<F>;
}

const CHOICES: readonly unknown[] = [FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED];

/**
 * Waits for tasks and futures. When the time is over it comes back with what there is; it never
 * cancels them and never throws their errors.
 * @throws TypeError for functions (start them first, to find them again in the answer) and for a
 * single future, RangeError for an empty list, a bad time or a bad `returnWhen`
 */
export async function wait<A extends PromiseLike<unknown>>(
  tasks: Iterable<A>,
  options: WaitOptions = {},
): Promise<Waited<FutureOf<A>>> {
  const limits = limitsOf(options);
  checkNames(options);
  const { returnWhen = ALL_COMPLETED } = options;
  if (!CHOICES.includes(returnWhen)) throw wrongChoice(returnWhen);
  const futures = new Set(ensureFutures(list(tasks)));
  if (futures.size === 0) throw new RangeError("wait needs at least one task");
  const refused = takeCancellation();
  if (refused !== undefined) throw refused;
  const crowd = new Crowd(futures, returnWhen);
  if (!crowd.satisfied) await crowd.wait(limits);
  const all = [...futures] as FutureOf<A>[];
  return {
    done: new Set(all.filter((future) => (future as Future<unknown>).done)),
    pending: new Set(all.filter((future) => !(future as Future<unknown>).done)),
  };
}

function list(tasks: Iterable<Awaitable<unknown>>): readonly Awaitable<unknown>[] {
  if (tasks instanceof Future) throw new TypeError("wait takes a list of tasks, not a single one");
  if (typeof tasks !== "object" || tasks === null || !(Symbol.iterator in tasks))
    throw new TypeError("wait takes a list of tasks");
  const all = [...tasks];
  if (all.some((one) => typeof one === "function"))
    throw new TypeError("wait takes tasks, not functions: start them with createTask");
  return all;
}

class Crowd implements Observer, Place<void> {
  readonly awaiter: Future<unknown> | undefined = currentTask() ?? undefined;
  readonly #futures: ReadonlySet<Future<unknown>>;
  readonly #returnWhen: ReturnWhen;
  #left = 0;
  #failed = false;
  #waiter: Waiter<void> | undefined;

  constructor(futures: ReadonlySet<Future<unknown>>, returnWhen: ReturnWhen) {
    this.#futures = futures;
    this.#returnWhen = returnWhen;
    for (const future of futures) this.#note(future);
  }

  get satisfied(): boolean {
    if (this.#left === 0) return true;
    if (this.#returnWhen === FIRST_COMPLETED) return this.#left < this.#futures.size;
    return this.#returnWhen === FIRST_EXCEPTION && this.#failed;
  }

  async wait(limits: ReturnType<typeof limitsOf>): Promise<void> {
    for (const future of this.#futures) if (!future.done) future.observe(this);
    this.#waiter = new Waiter<void>(this).limit(limits, (waiter) => waiter.end());
    try {
      await this.#waiter.promise;
    } finally {
      for (const future of this.#futures) future.unobserve(this);
    }
  }

  settled(future: Future<unknown>): void {
    this.#left--;
    if (future.state === "rejected") this.#failed = true;
    if (this.satisfied) this.#waiter?.grant();
  }

  leave(): void {}

  describe(): string {
    return `wait for ${this.#futures.size}, ${this.#returnWhen}`;
  }

  #note(future: Future<unknown>): void {
    if (!future.done) this.#left++;
    else if (future.state === "rejected") this.#failed = true;
  }
}

function wrongChoice(given: unknown): Error {
  const Wrong = typeof given === "string" ? RangeError : TypeError;
  return new Wrong(`returnWhen must be one of ${CHOICES.join(", ")}, not ${shownKind(given)}`);
}
