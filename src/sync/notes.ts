/** Which shared objects a value holds that is being coded; they note it, its coder asks. */
import type { Handle } from "../core/blocks.ts";

/** A shared object on its way, in whichever arena it is. */
export interface Carried extends Handle {
  readonly reach: "thread" | "process";
}

let noting: Carried[] | undefined;

export function isNoting(): boolean {
  return noting !== undefined;
}

/** To be called for an object that is counted. */
export function note(carried: Carried): void {
  noting?.push(carried);
}

/** Codes by `body`, and answers what was noted meanwhile; `lost` takes it off when that fails. */
export function notedBy<R>(
  body: () => R,
  lost: (carried: readonly Carried[]) => void,
): { result: R; carried: Carried[] } {
  const outer = noting;
  const carried: Carried[] = (noting = []);
  try {
    return { result: body(), carried };
  } catch (error) {
    if (carried.length > 0) lost(carried);
    throw error;
  } finally {
    noting = outer;
  }
}
