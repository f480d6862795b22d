/**
 * How descriptors come back that garbage holds. The collector does not know of them: to it a buffer
 * is a few bytes, so it may not run before all are used up.
 *
 * Whoever opens a file for shared memory does it here. Where no descriptor is left, the garbage is
 * collected at once and the file opened again. So that other users of descriptors, and other
 * threads, meet no end of them either, it is collected before: in a task of its own when half of
 * them are taken, and at once when all but an eighth are, if this thread has an eighth more objects
 * than when it last did so.
 *
 * A collection takes as long as the heap is large. One in a task of its own is left out unless
 * twenty times as long has passed since the last; so is one at the end of the descriptors, if the
 * last one there was in vain.
 */
import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers";
import { collectGarbage } from "../platform/collector.ts";
import { onSeparation } from "../platform/copies.ts";
import { isOutOfDescriptors } from "../platform/system-call-error.ts";
import { sweep, watchedCount } from "./collected.ts";

/** How much longer than a collection took it is to the next. */
const PAUSE = 20;

let limit: number | undefined;
let planned = false;
/** To let go of a file one may have to open it. */
let collecting = false;
/** How many objects were left when the garbage was last collected. */
let left = 0;
/** Times: when one may be planned again, and when one may be tried again that was in vain. */
let restsUntil = 0;
let inVainUntil = 0;

/** Opens a file, if need be in the place of one that nobody refers to any more. */
export function withDescriptors<F extends number | null>(open: () => F): F {
  const fd = openOrCollect(open);
  if (fd !== null) lookAhead(fd);
  return fd;
}

function openOrCollect<F>(open: () => F): F {
  try {
    return open();
  } catch (error) {
    if (!isOutOfDescriptors(error) || collecting || performance.now() < inVainUntil) throw error;
    collect();
  }
  try {
    return open();
  } catch (error) {
    inVainUntil = restsUntil;
    throw error;
  }
}

/** The lowest free number is given out, so it tells how many are taken by the whole process. */
function lookAhead(fd: number): void {
  limit ??= descriptorLimit();
  if (fd < limit / 2 || watchedCount() - left < limit / 8) return;
  // This thread does not turn its loop, or so little is left that time is no matter.
  if (fd >= (limit * 7) / 8 && !collecting) return collect();
  if (planned || performance.now() < restsUntil) return;
  planned = true;
  setImmediate(() => {
    planned = false;
    collect();
  }).unref();
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
    const until = performance.now();
    restsUntil = until + (until - from) * PAUSE;
    inVainUntil = 0;
    collecting = false;
  }
}

function descriptorLimit(): number {
  try {
    const [, most] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))!;
    return Number(most);
  } catch {
    // Only the end itself tells, then; also where there is no limit, or no descriptor to read it.
    return Infinity;
  }
}
