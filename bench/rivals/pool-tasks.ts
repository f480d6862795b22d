/**
 * What workers of all pools are asked to do; loaded by those workers that load files. Each function
 * is complete in itself, for pools that send the source of a function.
 */

export const nothing = (): void => {};

export const identity = (value: unknown): unknown => value;

/** Computes without allocating. */
export function burn(rounds: number): number {
  let state = 1;
  for (let round = 0; round < rounds; round++) state = (Math.imul(state, 48_271) ^ round) | 0;
  return state;
}

export function exits(): void {
  process.exit(3);
}

/** Answers, and throws when nobody waits for it any more. */
export function throwsLater(): string {
  setTimeout(() => {
    throw new Error("thrown later");
  }, 20);
  return "answered";
}

export const returnsFunction = (): unknown => (x: number) => x + 1;

export const takesFunction = (fn: (x: number) => number): number => fn(1);

/** Longer than anybody wants to wait; looks at nothing. */
export async function sleeps(ms: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return "slept";
}

/** An error of a class of its own with a code, a cause, and fields. */
export function throwsOwnError(): never {
  class QuotaError extends RangeError {
    override name = "QuotaError";
    code = "E_QUOTA";
    limit = 10;
  }
  throw new QuotaError("too much", { cause: new TypeError("the reason") });
}

export const throwsText = (): never => {
  throw "a text";
};

export const tasks = {
  nothing,
  identity,
  burn,
  exits,
  throwsLater,
  returnsFunction,
  takesFunction,
  sleeps,
  throwsOwnError,
  throwsText,
};

export type TaskName = keyof typeof tasks;
