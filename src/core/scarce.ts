/**
 * How what garbage holds outside of the heap comes back. The collector does not know of it: to it
 * a buffer is a few bytes, so it may not run before all descriptors, or all memory, are used up.
 *
 * Where nothing is left, the garbage is collected at once, and it is tried again. Where others who
 * use the same are to meet no end of it either, one looks ahead: it is collected in a task of its
 * own when half is taken, and at once when all but an eighth is.
 *
 * A collection takes as long as the heap is large. One in a task of its own is left out unless
 * twenty times as long has passed since the last; so is one at the end of something, if the last
 * one there was in vain.
 */
import { setImmediate } from "node:timers";
import { collectGarbage } from "../platform/collector.ts";
import { onSeparation } from "../platform/copies.ts";
import { sweep, watchedCount } from "./collected.ts";

/** How much longer than a collection took it is to the next. */
const PAUSE = 20;

let planned = false;
/** To let go of a file one may have to open it. */
let collecting = false;
/** How many objects were left when the garbage was last collected. */
let left = 0;
/** How often it was collected, and when that may be planned again. */
let collections = 0;
let restsUntil = 0;

/** How many more objects this thread has than when the garbage was last collected. */
export const watchedSince = (): number => watchedCount() - left;

/** One thing of which there is so much, and no more. */
export class Scarce {
  readonly #isUsedUp: (error: unknown) => boolean;
  /** Which collection it was that was in vain, if any. */
  #inVain = -1;

  /** @param isUsedUp whether an error tells that nothing is left */
  constructor(isUsedUp: (error: unknown) => boolean) {
    this.#isUsedUp = isUsedUp;
  }

  /** Takes some, if need be what nobody refers to any more. */
  use<T>(take: () => T): T {
    try {
      return take();
    } catch (error) {
      return this.useAgain(error, take);
    }
  }

  /** The same after an error, which is thrown if that was not the reason. */
  useAgain<T>(error: unknown, take: () => T): T {
    if (!this.#isUsedUp(error) || collecting || this.#rests) throw error;
    collect();
    try {
      return take();
    } catch (error) {
      this.#inVain = collections;
      throw error;
    }
  }

  get #rests(): boolean {
    return this.#inVain === collections && performance.now() < restsUntil;
  }

  /**
   * Some was taken; which share is, all in all, in the whole process or family. Called when this
   * thread may hold some that is garbage.
   */
  lookAhead(share: number): void {
    // This thread does not turn its loop, or so little is left that time is no matter.
    if (share >= 7 / 8 && !collecting) return collect();
    if (share < 1 / 2 || planned || performance.now() < restsUntil) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      collect();
    }).unref();
  }
}

// The immediate is the original's.
onSeparation(() => {
  planned = false;
});

function collect(): void {
  const from = performance.now();
  collecting = true;
  try {
    if (collectGarbage()) sweep();
  } finally {
    left = watchedCount();
    collections++;
    const until = performance.now();
    restsUntil = until + (until - from) * PAUSE;
    collecting = false;
  }
}
