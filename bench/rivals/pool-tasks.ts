/** What workers of all pools are asked to do; loaded by those workers that load files. */

export const nothing = (): void => {};

export const identity = (value: unknown): unknown => value;

/** Computes without allocating; about 25 ms for a million rounds. */
export function burn(rounds: number): number {
  let state = 1;
  for (let round = 0; round < rounds; round++) state = (Math.imul(state, 48_271) ^ round) | 0;
  return state;
}

export type TaskName = "nothing" | "identity" | "burn";
