import { checkTime } from "../core/deadline.ts";
import { cancelBefore, DELAY, type Fn, Thread } from "./thread.ts";

/** A thread that waits for a time before it runs its function, unless it is cancelled meanwhile. */
export class Timer<A extends unknown[] = unknown[], R = unknown> extends Thread<A, R> {
  /** @throws RangeError for a negative time, TypeError for what is no function */
  constructor(delayMs: number, fn: Fn<A, R>, args?: Readonly<A>) {
    checkTime(delayMs, "delayMs");
    if (typeof fn !== "function") throw new TypeError("a Timer needs a function");
    super({ target: fn, ...(args === undefined ? {} : { args }), [DELAY]: delayMs });
  }

  /** Prevents the call if it has not begun; `result` then gives undefined. */
  cancel(): void {
    cancelBefore(this);
  }
}
