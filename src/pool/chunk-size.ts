/**
 * How many items of a map go to a worker at once.
 *
 * Two things are weighed. A chunk costs some microseconds of its own, so cheap items are put
 * together until a chunk is worth two milliseconds. And the last chunk to end makes all others
 * wait, so there are 32 chunks for each worker where that does not make them too small, and never
 * fewer than 4. What items cost is known from earlier calls of the same function; where it is not,
 * they may take long.
 */

/** A chunk that takes this long makes its own cost negligible. */
const WORTHWHILE_MS = 2;
const MOST_MS = 50;
const CHUNKS_PER_WORKER = 32;
const FEWEST_PER_WORKER = 4;

/** @param meanMs what one item takes; undefined while that is not known */
export function chunkSizeFor(items: number, workers: number, meanMs: number | undefined): number {
  const fine = Math.floor(items / (workers * CHUNKS_PER_WORKER));
  if (meanMs === undefined) return Math.max(1, fine);
  const coarse = Math.ceil(items / (workers * FEWEST_PER_WORKER));
  // A mean of zero is one that was too short to be measured.
  const worthwhile = Math.min(coarse, Math.floor(WORTHWHILE_MS / meanMs));
  const most = Math.floor(MOST_MS / meanMs);
  return Math.max(1, Math.min(Math.max(fine, worthwhile), most));
}
