/** Checks of counts that callers give. */

/** The largest count that fits into a word beside its marks. */
export const MOST: number = 2 ** 30 - 1;

/**
 * @throws TypeError when it is no number, RangeError when it is no integer from `least` to MOST
 */
export function checkCount(value: unknown, name: string, least: number): number {
  if (typeof value !== "number")
    throw new TypeError(`${name} must be a number, not ${typeof value}`);
  if (!Number.isInteger(value) || value < least || value > MOST) {
    throw new RangeError(`${name} must be an integer from ${least} to ${MOST}, not ${value}`);
  }
  return value;
}
