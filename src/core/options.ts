/** Checks of options that many calls share. */

/** @throws TypeError for what has no fields */
export function checkIsOptions(options: unknown): void {
  if (typeof options !== "object" || options === null)
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
