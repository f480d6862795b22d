/** What conditions are told to wait for: functions that say whether it is so. */

/** @throws TypeError */
export function checkPredicate(predicate: unknown): void {
  if (typeof predicate === "function") return;
  throw new TypeError(`a predicate must be a function, not ${typeof predicate}`);
}

/**
 * Whether it is so, for a `call` that cannot wait for the answer.
 * @throws TypeError for a promise, which would be true whatever comes of it
 */
export function holdsNow(predicate: () => unknown, call: string): boolean {
  const said = predicate();
  if (typeof said === "object" && said !== null && "then" in said) {
    throw new TypeError(`the predicate of ${call} must answer at once, not with a promise`);
  }
  return Boolean(said);
}
