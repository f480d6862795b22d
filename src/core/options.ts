/** Checks of options that many calls share. */

/**
 * Whether what a caller gave may be options: lists, bytes and a bare signal are arguments in a
 * wrong place.
 */
export function areOptions(given: unknown): given is object {
  if (typeof given !== "object" || given === null) return false;
  return !Array.isArray(given) && !ArrayBuffer.isView(given) && !(given instanceof AbortSignal);
}

/** @throws TypeError for what are no options */
export function checkIsOptions(options: unknown): void {
  if (!areOptions(options))
    throw new TypeError(`options must be an object, not ${String(options)}`);
}

/** @throws TypeError for what is given and neither true nor false */
export function checkFlag(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== "boolean")
    throw new TypeError(`${name} must be true or false, not ${typeof value}`);
}

/** Whether something is an object of fields, and no array, Map, Date or the like. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  const tag = Object.prototype.toString.call(value);
  return tag === "[object Object]" || tag === "[object Module]";
}
