/** The order of items in a priority queue that was given no other: lowest first. */

type Comparable = number | bigint | string | boolean | Date;

const isComparable = (value: unknown): value is Comparable =>
  typeof value === "number" ||
  typeof value === "bigint" ||
  typeof value === "string" ||
  typeof value === "boolean" ||
  value instanceof Date;

const isNumeric = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

/**
 * Numbers by size, strings by their characters' codes, dates by time, arrays by their elements from
 * the first on. Elements that cannot be compared count as equal, so `[priority, task]` goes by its
 * priority, and equals come out in order of arrival.
 *
 * @throws TypeError when two items themselves cannot be compared
 */
export function naturalOrder(a: unknown, b: unknown): number {
  const order = compare(a, b);
  if (order !== undefined) return order;
  throw new TypeError(
    `${typeof a} and ${typeof b} have no order; give the PriorityQueue a compare function`,
  );
}

function compare(a: unknown, b: unknown): number | undefined {
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (!isComparable(a) || !isComparable(b)) return undefined;
  if (typeof a !== typeof b && !(isNumeric(a) && isNumeric(b))) return undefined;
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = compare(a[index], b[index]);
    if (order !== undefined && order !== 0) return order;
    if (order === undefined) return 0;
  }
  return a.length - b.length;
}

/** @throws TypeError when an item cannot be put in order with its like */
export function checkNaturalOrder(item: unknown): void {
  const first: unknown = Array.isArray(item) ? item[0] : item;
  if (typeof first === "number" && Number.isNaN(first)) throw new TypeError("NaN has no order");
  if (isComparable(first) || Array.isArray(first)) return;
  throw new TypeError(
    `an item of type ${first === null ? "null" : typeof first} has no order; put numbers, ` +
      `strings, dates or arrays that begin with one, or give the PriorityQueue a compare function`,
  );
}
