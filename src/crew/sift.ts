/** What cannot cross among the results of many calls, told apart from the rest. */
import { resultRefused } from "../carry/index.ts";
import type { Harvest } from "./call.ts";
import type { Coding } from "./cargo.ts";

/**
 * Makes failures of the values that cannot cross: the others have nothing to do with them. Each
 * value is coded alone for that, so this is only for a harvest that was refused as a whole.
 */
export function sift(harvest: Harvest, coding: Coding): void {
  const { values, failures } = harvest;
  // In order of the items, as the first failure is the one of the whole.
  const all = new Map<number, unknown>();
  const refused: number[] = [];
  for (let index = 0; index < values.length; index++) {
    if (failures?.has(index) === true) {
      all.set(index, failures.get(index));
      continue;
    }
    try {
      coding.discard(coding.encode(values[index], `result → [${index}]`));
    } catch (error) {
      all.set(index, resultRefused(error));
      refused.push(index);
      values[index] = undefined;
    }
  }
  if (all.size > 0) harvest.failures = all;
  harvest.refused = refused;
}
