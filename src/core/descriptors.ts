/** Whoever opens a file for shared memory does it here, so that garbage does not use them up. */
import { readFileSync } from "node:fs";
import { isOutOfDescriptors } from "../platform/system-call-error.ts";
import { Scarce, watchedSince } from "./scarce.ts";

const descriptors = new Scarce(isOutOfDescriptors);
let limit: number | undefined;

/** Opens a file, if need be in the place of one that nobody refers to any more. */
export function withDescriptors<F extends number | null>(open: () => F): F {
  const fd = descriptors.use(open);
  if (fd !== null) lookAhead(fd);
  return fd;
}

/** Opens several at once, of which nothing is left open when that fails. */
export const withSeveralDescriptors = <T>(open: () => T): T => descriptors.use(open);

/** The lowest free number is given out, so it tells how many are taken by the whole process. */
function lookAhead(fd: number): void {
  limit ??= descriptorLimit();
  if (fd >= limit / 2 && watchedSince() >= limit / 8) descriptors.lookAhead(fd / limit);
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
