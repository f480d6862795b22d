/** What collections of a manager are made of and given: its items or pairs, or a TypeError. */
import { BaseProxy } from "../proxy.ts";

/**
 * What may be iterated over, a collection of the same manager included, which arrives as itself.
 * @throws TypeError for anything else: it would count as empty
 */
export function itemsOf<T>(given: Iterable<T>, what: string): Iterable<T> {
  if (isIterable<T>(given)) return given;
  throw new TypeError(`${what} takes what can be iterated over, not ${kindOf(given)}`);
}

/** Pairs: those of a Map or of a dictionary of the same manager, or the fields of an object. */
export function pairsOf<K, V>(
  given: Iterable<readonly [K, V]> | Readonly<Record<string, V>> | null | undefined,
): Iterable<readonly [K, V]> {
  if (given === undefined || given === null) return [];
  if (typeof given === "object" && isIterable<readonly [K, V]>(given))
    return Array.from(given, checkPair);
  return fieldsOf(given, "a dict is made of pairs, a Map or an object") as Iterable<[K, V]>;
}

function checkPair<P>(pair: P, index: number): P {
  if (Array.isArray(pair)) return pair;
  throw new TypeError(`item ${index} of the pairs must be a [key, value], not ${kindOf(pair)}`);
}

/** The fields of an object, as pairs. @param rule what to say of anything else */
export function fieldsOf(given: unknown, rule: string): [name: string, value: unknown][] {
  if (hasFields(given)) return Object.entries(given);
  throw new TypeError(`${rule}, not ${kindOf(given)}`);
}

/** An object that keeps its state elsewhere, as a lock does, is not meant as an empty one. */
export function hasFields(given: unknown): given is object {
  if (typeof given !== "object" || given === null) return false;
  return isPlain(given) || Object.keys(given).length > 0;
}

export function isIterable<T>(given: unknown): given is Iterable<T> {
  if (typeof given === "string") return true;
  return typeof given === "object" && given !== null && Symbol.iterator in given;
}

function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @throws TypeError for what a method cannot call */
export function checkFunction(given: unknown, method: string): void {
  if (typeof given === "function") return;
  throw new TypeError(`${method} takes a function, not ${kindOf(given)}`);
}

/** What to call a value in messages. */
export function kindOf(given: unknown): string {
  // One of another server: nothing can be asked of it here without waiting.
  if (given instanceof BaseProxy)
    return `a ${given.toString()} of another server; give a copy (toArray, toObject)`;
  if (typeof given !== "object" || given === null) return String(given);
  return isPlain(given) ? "a plain object" : `a ${given.constructor.name}`;
}
