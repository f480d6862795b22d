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
