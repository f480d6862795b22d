/**
 * Errors that name an item by its place in a chunk, told as its place among all items.
 */
import type { EachResult } from "../crew/task.ts";
import { PicklingError } from "../errors.ts";

const PLACE = /\b(items|result) → \[(\d+)\]/;

/** The same error; `start` is where the chunk begins. */
export function inTheWhole(error: unknown, start: number): unknown {
  if (start === 0 || !(error instanceof PicklingError)) return error;
  const told = (text: string): string =>
    text.replace(PLACE, (_all, what, place) => `${what} → [${Number(place) + start}]`);
  const { message, path, stack = "" } = error;
  const moved = { message: told(message), path: told(path), stack: told(stack) };
  return Object.assign(error, moved);
}

/** The same for the items whose results cannot cross; what items threw stays as it is. */
export function eachInTheWhole(result: EachResult, start: number): EachResult {
  const { failures, refused } = result;
  for (const index of refused) inTheWhole(failures!.get(index), start);
  return result;
}
