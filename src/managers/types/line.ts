/** Those who wait in the server for their turn, in order of arrival. */
import { Deadline, Fuse, givenSignal, type SyncWait, timeAllowed } from "../../core/deadline.ts";
import type { Call } from "../call.ts";

/** One who waits. */
export interface Turn<T> {
  readonly call: Call;
  /** The wait is over, and gives `value`. */
  grant(value: T): void;
  fail(error: unknown): void;
  /** Ends it when its time is over, although its timer has not run yet. */
  endIfOver(): boolean;
}

/**
 * How long a caller may wait. The signal is the call's own; one that is none was left by a proxy
 * that does not know that this is a wait.
 * @throws TypeError, RangeError
 */
export function checkedWait(wait: SyncWait | undefined): number {
  const timeoutMs = timeAllowed(wait);
  givenSignal(wait);
  return timeoutMs;
}

export class Line<T> {
  readonly #turns = new Set<Turn<T>>();

  get length(): number {
    return this.#turns.size;
  }

  /**
   * Waits for a turn. When the time is over `late` says what the wait gives, or throws; one whose
   * caller is gone, or no longer wants it, leaves the line.
   * @throws TypeError, RangeError for bad times; the reason of the call's abort
   */
  wait(call: Call, wait: SyncWait | undefined, late: () => T, left?: () => void): Promise<T> {
    const timeoutMs = timeAllowed(wait);
    if (timeoutMs === 0) return new Promise((resolve) => resolve(late()));
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        fuse.cut();
        this.#turns.delete(turn);
      };
      const deadline = new Deadline(timeoutMs);
      const turn: Turn<T> = {
        call,
        endIfOver: () => {
          if (deadline.passed) onTimeout();
          return deadline.passed;
        },
        grant: (value) => {
          leave();
          resolve(value);
        },
        fail: (error) => {
          leave();
          reject(error as Error);
        },
      };
      const { signal } = call;
      const onTimeout = (): void => {
        leave();
        resolve(new Promise((settle) => settle(late())));
      };
      const onAborted = (): void => {
        turn.fail(signal.reason);
        left?.();
      };
      const fuse = new Fuse(timeoutMs, signal, onTimeout, onAborted);
      this.#turns.add(turn);
      if (signal.aborted) onAborted();
    });
  }

  /** The first in line, who leaves it by being told. */
  get first(): Turn<T> | undefined {
    // A server that was stopped hears of a release before its timers run.
    for (const turn of this.#turns) if (!turn.endIfOver()) return turn;
    return undefined;
  }

  /** All who are in line now. */
  get all(): Turn<T>[] {
    return Array.from(this.#turns);
  }
}
