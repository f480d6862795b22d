/**
 * The order of items in a priority queue that was given no other: lowest first.
 *
 * Items have an order when they are of one kind, which `kindOf` numbers: what an item is, or what
 * an array begins with, and how deep in arrays that lies. A queue holds items of one kind at a
 * time, which is seen to where they are put. Those who get go by `totalOrder`, which never refuses:
 * copies of items that others took may be of another kind, and so may further elements of arrays.
 */

// Ranks. Values of different ranks have no order of their own, and go by these where they must.
const NUMBER = 1;
const STRING = 2;
const BOOLEAN = 3;
const DATE = 4;
const ARRAY = 5;
const OTHER = 6;

/** A kind is a rank and, from this bit on, in how many arrays it lies. */
const DEPTH_SHIFT = 3;
/** What lies deeper in arrays is not looked at; it may go round in a circle. */
const MOST_DEPTH = 16;

const NAMES = ["", "a number", "a string", "a boolean", "a date"];
const REMEDY = "or give the PriorityQueue a compare function";

function rankOf(value: unknown): number {
  const type = typeof value;
  if (type === "number") return Number.isNaN(value) ? OTHER : NUMBER;
  if (type === "string") return STRING;
  if (type === "bigint") return NUMBER;
  if (type === "boolean") return BOOLEAN;
  if (Array.isArray(value)) return ARRAY;
  return value instanceof Date && !Number.isNaN(value.getTime()) ? DATE : OTHER;
}

/**
 * Numbers by size, strings by their characters' codes, dates by time, arrays by their elements from
 * the first on. Elements without an order count as equal, so `[priority, task]` goes by its
 * priority; those of different ranks go by these.
 */
export function totalOrder(a: unknown, b: unknown, depth = 0): number {
  const rank = rankOf(a);
  const order = rank - rankOf(b);
  if (order !== 0 || rank === OTHER) return order;
  if (rank === ARRAY) return arrayOrder(a as unknown[], b as unknown[], depth);
  if ((a as number) < (b as number)) return -1;
  return (a as number) > (b as number) ? 1 : 0;
}

function arrayOrder(a: readonly unknown[], b: readonly unknown[], depth: number): number {
  if (depth === MOST_DEPTH) return 0;
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = totalOrder(a[index], b[index], depth + 1);
    if (order !== 0) return order;
    // Whatever follows what has no order has none either.
    if (rankOf(a[index]) === OTHER) return 0;
  }
  return a.length - b.length;
}

/**
 * The kind of an item: above zero.
 * @throws TypeError when it has no order with its like
 */
export function kindOf(item: unknown): number {
  let leaf = item;
  let depth = 0;
  while (depth < MOST_DEPTH && Array.isArray(leaf)) {
    leaf = leaf[0];
    depth++;
  }
  const rank = rankOf(leaf);
  if (rank < ARRAY) return rank | (depth << DEPTH_SHIFT);
  if (typeof leaf === "number") throw new TypeError("NaN has no order");
  const what = leaf === null ? "null" : typeof leaf;
  const first = depth === 0 ? `an item of type ${what}` : `an array that begins with ${what}`;
  throw new TypeError(
    `${first} has no order; put numbers, strings, dates or arrays that begin with one, ${REMEDY}`,
  );
}

function nameOf(kind: number): string {
  const depth = kind >>> DEPTH_SHIFT;
  return "an array that begins with ".repeat(depth) + NAMES[kind & ((1 << DEPTH_SHIFT) - 1)]!;
}

/** Why an item of one kind is refused where there are items of another. */
export function noOrder(kind: number, inside: number): TypeError {
  return new TypeError(
    `${nameOf(kind)} has no order with ${nameOf(inside)}, as in the queue; ` +
      `put items of one kind, ${REMEDY}`,
  );
}

/**
 * The order of two items.
 * @throws TypeError when they have none
 */
export function naturalOrder(a: unknown, b: unknown): number {
  const [kind, inside] = [kindOf(a), kindOf(b)];
  if (kind !== inside) throw noOrder(kind, inside);
  return totalOrder(a, b);
}
