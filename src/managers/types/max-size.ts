/** @throws TypeError, RangeError */
export function checkedMaxSize(maxSize: unknown): number {
  if (typeof maxSize !== "number") {
    throw new TypeError(`maxSize must be a number, not ${typeof maxSize}`);
  }
  if (Number.isInteger(maxSize) && maxSize >= 0) return maxSize;
  throw new RangeError(`maxSize must be a whole number, zero for no limit, not ${maxSize}`);
}
