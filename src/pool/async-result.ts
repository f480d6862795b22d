/** `AsyncResult`: what will come of work given to a pool. */
import { Deadline, type SyncWait, timeAllowed, type Wait } from "../core/deadline.ts";
import { CancelledError, StateError, TimeoutError } from "../errors.ts";
import { staysHere } from "../carry/stays-here.ts";
import type { ErrorFor } from "./droppable-task.ts";
import { Eventual, settlementOf } from "./eventual.ts";
import type { ApplyOptions } from "./options.ts";
import { type Phase, Settlement } from "./settlement.ts";
import { warn } from "./unseen-failure.ts";

/**
 * The result of an `…Async` call of a pool. It can be awaited, asked, waited for, and cancelled.
 *
 * Differs from Python: `ready` and `successful` are getters, and there is `cancel`.
 */
export class AsyncResult<R> extends Eventual<R> {
  /**
   * The result.
   * @throws the error of the function; TimeoutError, after which the work still goes on;
   * CancelledError; the signal's reason
   */
  async get(wait?: Wait): Promise<R> {
    const settlement = settlementOf(this);
    if (wait === undefined) return await settlement.promiseInTask(() => {});
    if (!(await settlement.wait(wait))) throw tooLate(settlement, wait);
    return settlement.value();
  }

  /** `get`, blocking this thread and its event loop. */
  getSync(wait?: SyncWait): R {
    const settlement = settlementOf(this);
    if (!settlement.waitSync(new Deadline(timeAllowed(wait)))) throw tooLate(settlement, wait);
    return settlement.value();
  }

  /** Waits until it is there, or until the time is over. @throws the signal's reason */
  async wait(wait?: Wait): Promise<void> {
    await settlementOf(this).wait(wait);
  }

  /** `wait`, blocking this thread and its event loop. */
  waitSync(wait?: SyncWait): void {
    settlementOf(this).waitSync(new Deadline(timeAllowed(wait)));
  }

  /** Whether it is there, as a result or as an error. */
  get ready(): boolean {
    return settlementOf(this).done;
  }

  /**
   * Whether it is there without an error.
   * @throws StateError while it is not ready
   */
  get successful(): boolean {
    const settlement = settlementOf(this);
    if (!settlement.done) throw new StateError(`${settlement.label} is not ready; wait for it`);
    settlement.see();
    return settlement.phase === "fulfilled";
  }

  /**
   * Drops the work, or stops it where it runs: the function is told by `currentSignal()`, and its
   * worker is replaced when it goes on nevertheless. False when it is ready.
   */
  cancel(): boolean {
    const settlement = settlementOf(this);
    if (settlement.done) return false;
    settlement.stop(new CancelledError(`${settlement.label} was cancelled`));
    return true;
  }
}

staysHere("an AsyncResult", AsyncResult, "send the result, once it is there");

function tooLate(settlement: Settlement<unknown>, wait: SyncWait | undefined): TimeoutError {
  return new TimeoutError(`${settlement.label} gave no result within ${wait?.timeoutMs} ms`);
}

/** Tells callbacks before anybody else; a result that they are told is not ready yet. */
export class CallbackSettlement<R> extends Settlement<R> {
  readonly #options: ApplyOptions<R>;
  #coming: { readonly phase: Phase; readonly outcome: unknown } | undefined;

  constructor(options: ApplyOptions<R>) {
    super("the work");
    this.#options = options;
  }

  override settle(phase: Phase, given: unknown): boolean {
    if (this.done || this.#coming !== undefined) return false;
    const outcome = phase === "cancelled" ? (given as ErrorFor)(this.label) : given;
    this.#coming = { phase, outcome };
    const { callback, errorCallback } = this.#options;
    try {
      if (phase === "fulfilled") callback?.(outcome as R);
      else if (errorCallback !== undefined) {
        this.see();
        errorCallback(outcome);
      }
    } catch (error) {
      warn(`A callback of ${this.label} failed`, error);
    }
    return super.settle(phase, outcome);
  }

  /** A callback that blocks for the very result that it is told would wait for itself. */
  override waitSync(deadline: Deadline): boolean {
    if (this.#coming !== undefined) super.settle(this.#coming.phase, this.#coming.outcome);
    return super.waitSync(deadline);
  }
}
