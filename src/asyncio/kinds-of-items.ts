/** Which items of a priority queue without a rule of its own have an order. */
import { checkNaturalOrder, naturalOrder } from "../channels/natural-order.ts";

/** What items must have in common: of arrays, what their first elements are. */
export type Kind = string;

/** @throws TypeError for what has no order even with its like */
export function checkedKind(item: unknown): Kind {
  checkNaturalOrder(item);
  return kindOf(item);
}

function kindOf(item: unknown): Kind {
  if (Array.isArray(item)) return `array that begins with a ${kindOf(item[0])}`;
  if (item instanceof Date) return "date";
  return typeof item === "bigint" ? "number" : typeof item;
}

/**
 * Puts never mix kinds, but an item that a cancelled getter gives back may find another kind there:
 * those come out in order of arrival.
 */
export function orderOfKinds(a: unknown, b: unknown): number {
  return kindOf(a) === kindOf(b) ? naturalOrder(a, b) : 0;
}
