/** `Future`: a result that an executor owes. */
import { asError } from "../core/as-error.ts";
import { Deadline, type SyncWait, timeAllowed, type Wait } from "../core/deadline.ts";
import { CancelledError, InvalidStateError, TimeoutError } from "../errors.ts";
import { Eventual, settlementOf } from "../pool/eventual.ts";
import { Settlement } from "../pool/settlement.ts";
import { warn } from "../pool/unseen-failure.ts";
import { staysHere } from "../carry/stays-here.ts";

/**
 * A result that is not there yet. Executors make futures; one of your own, for an executor of your
 * own, is settled by `setResult` or `setException`.
 *
 * Differs from Python: `cancelled`, `running` and `done` are getters, it can be awaited, and a
 * failure that nobody looks at is reported when the future is collected.
 */
export class Future<R> extends Eventual<R> {
  /** Without the argument, which is for this library, a future that somebody must settle. */
  constructor(settlement: Settlement<R> = new Settlement<R>("the future")) {
    super(settlement);
  }

  /**
   * The result.
   * @throws the error of the function; TimeoutError, after which the work still goes on;
   * CancelledError; the signal's reason
   */
  async result(wait?: Wait): Promise<R> {
    const settlement = settlementOf(this);
    await whenDone(settlement, wait);
    return settlement.value();
  }

  /** `result`, blocking the thread. @throws StateError when nobody could settle it meanwhile */
  resultSync(wait?: SyncWait): R {
    const settlement = settlementOf(this);
    untilDone(settlement, wait);
    return settlement.value();
  }

  /**
   * The error, one that says so for a null that was thrown; null when there is none.
   * @throws TimeoutError, CancelledError
   */
  async exception(wait?: Wait): Promise<Error | null> {
    const settlement = settlementOf(this);
    await whenDone(settlement, wait);
    return errorOf(settlement);
  }

  /** `exception`, blocking this thread and its event loop. */
  exceptionSync(wait?: SyncWait): Error | null {
    const settlement = settlementOf(this);
    untilDone(settlement, wait);
    return errorOf(settlement);
  }

  /** Takes the work back; false when it runs already, or has ended. */
  cancel(): boolean {
    const settlement = settlementOf(this);
    if (settlement.cancelled) return true;
    if (settlement.phase !== "pending") return false;
    const { work } = settlement;
    if (work !== undefined && !work.withdraw()) return false;
    return settlement.settle("cancelled", cancelledError);
  }

  /** Whether `cancel`, or the end of its executor, took the work back. */
  get cancelled(): boolean {
    return settlementOf(this).cancelled;
  }

  /** Whether a worker is at it; false before that, and when it is done. */
  get running(): boolean {
    return settlementOf(this).phase === "running";
  }

  /** Whether it has a result or an error, or was cancelled. */
  get done(): boolean {
    return settlementOf(this).done;
  }

  /**
   * Calls `fn(future)` when it is done, at once if it is. Callbacks are called in the order in
   * which they were added; what one throws is reported, and the others are called nevertheless.
   */
  addDoneCallback(fn: (future: this) => void): void {
    if (typeof fn !== "function") throw new TypeError(`a callback must be a function`);
    const settlement = settlementOf(this);
    settlement.see();
    settlement.observe({
      settled: () => {
        try {
          fn(this);
        } catch (error) {
          warn(`A done callback of ${settlement.label} failed`, error);
        }
      },
    });
  }

  /**
   * For executors: the work begins now, unless this answers false, for a future that was cancelled.
   * @throws InvalidStateError when it was called before, or the future is done
   */
  setRunningOrNotifyCancel(): boolean {
    const settlement = settlementOf(this);
    if (settlement.phase === "cancelled") {
      settlement.enter("noticed");
      return false;
    }
    if (settlement.phase !== "pending") throw wrongState(this, "begin");
    settlement.enter("running");
    return true;
  }

  /** For executors: the work has ended well. @throws InvalidStateError when it is done */
  setResult(value: R): void {
    if (!settlementOf(this).settle("fulfilled", value)) throw wrongState(this, "have a result");
  }

  /** For executors: the work has failed. @throws InvalidStateError when it is done */
  setException(error: unknown): void {
    if (!settlementOf(this).settle("rejected", error)) throw wrongState(this, "have an error");
  }
}

staysHere("a Future", Future, "send its result, once it is there");

const cancelledError = (label: string): CancelledError =>
  new CancelledError(`${label} was cancelled`);

async function whenDone(settlement: Settlement<unknown>, wait: Wait | undefined): Promise<void> {
  settlement.see();
  if (!(await settlement.wait(wait))) throw tooLate(settlement, wait);
}

function untilDone(settlement: Settlement<unknown>, wait: SyncWait | undefined): void {
  settlement.see();
  const deadline = new Deadline(timeAllowed(wait));
  if (!settlement.waitSync(deadline)) throw tooLate(settlement, wait);
}

function errorOf(settlement: Settlement<unknown>): Error | null {
  if (settlement.phase === "fulfilled") return null;
  if (settlement.cancelled) throw settlement.outcome;
  return asError(settlement.outcome) as Error;
}

function tooLate(settlement: Settlement<unknown>, wait: SyncWait | undefined): TimeoutError {
  return new TimeoutError(`${settlement.label} gave no result within ${wait?.timeoutMs} ms`);
}

function wrongState<R>(future: Future<R>, verb: string): InvalidStateError {
  return new InvalidStateError(`${future.toString()} cannot ${verb} any more`);
}
