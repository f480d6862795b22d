/** What callers can say about a piece of work, and what is wrong with some of it. */
import { type Called, type OptionNames, optionNames } from "../core/option-names.ts";
import { areOptions } from "../core/options.ts";
import { checkTime, givenSignal } from "../core/deadline.ts";
import { checkCount } from "../sync/numbers.ts";

/** What can be said about any work. */
export interface WorkOptions {
  /** How long it may take; then it is stopped and fails with a TimeoutError. */
  readonly timeoutMs?: number;
  /** Stops it, which then fails with `signal.reason`. */
  readonly signal?: AbortSignal;
  /** Lower numbers run first; 0 unless given. */
  readonly priority?: number;
  /** How long a call takes, in any unit, for the policy `sjf`; learnt unless given. */
  readonly cost?: number;
}

/** About work with one result, which callbacks can be told. */
export interface ApplyOptions<R> extends WorkOptions {
  /** Called with the result, before anybody who waits for it goes on. */
  readonly callback?: (value: R) => void;
  /** Called with the error, if it fails. */
  errorCallback?(this: void, error: unknown): void;
}

/** How far a map is. */
export interface Progress {
  /** How many items have ended, well or not. */
  readonly done: number;
  /** How many items there are. */
  readonly total: number;
}

/** About a map whose result is one array. */
export interface MapOptions<R> extends ApplyOptions<R[]> {
  /** How many items go to a worker at once; chosen by how long they take unless given. */
  readonly chunkSize?: number;
  /** Called each time that some items are done. */
  readonly onProgress?: (progress: Progress) => void;
}

/** About a map whose results come one by one. */
export interface ImapOptions extends WorkOptions {
  /** How many items go to a worker at once; 1 unless given. */
  readonly chunkSize?: number;
  /** How many items may be taken from the input before their results are taken. */
  readonly bufferSize?: number;
  /** Called for each result that is taken. */
  readonly onProgress?: (progress: {
    /** How many results were taken, well or not. */
    readonly done: number;
    /** How many items there are; null until the input has ended. */
    readonly total: number | null;
  }) => void;
}

type Given = ApplyOptions<never> & MapOptions<never> & ImapOptions;

/** What it is when nothing was said: it needs no checking. */
export const NO_OPTIONS: Readonly<Record<string, never>> = Object.freeze({});

const IN_ARGS: Called = [
  null,
  "an object of named arguments is the last of the array of arguments",
];
const NAMES: OptionNames = optionNames({ kwargs: IN_ARGS, kwds: IN_ARGS });

const FUNCTIONS = ["callback", "errorCallback", "onProgress"] as const;

/** @throws TypeError, RangeError */
export function checkOptions<O extends WorkOptions>(options: O): O {
  if (options === NO_OPTIONS) return options;
  if (!areOptions(options, NAMES))
    throw new TypeError("options must be an object such as { timeoutMs: 100 }");
  const given = options as unknown as Given;
  for (const name of FUNCTIONS)
    if (given[name] !== undefined && typeof given[name] !== "function")
      throw new TypeError(`${name} must be a function, not ${typeof given[name]}`);
  if (given.timeoutMs !== undefined) checkTime(given.timeoutMs);
  givenSignal(given);
  if (given.chunkSize !== undefined) checkCount(given.chunkSize, "chunkSize", 1);
  if (given.bufferSize !== undefined) checkCount(given.bufferSize, "bufferSize", 1);
  checkNumber(given.priority, "priority");
  if (checkNumber(given.cost, "cost") < 0)
    throw new RangeError(`cost must be zero or more, not ${given.cost}`);
  return options;
}

function checkNumber(value: unknown, name: string): number {
  if (value === undefined) return 0;
  if (typeof value !== "number") throw new TypeError(`${name} must be a number`);
  if (Number.isNaN(value)) throw new RangeError(`${name} must be a number that compares, not NaN`);
  return value;
}

/** @throws TypeError */
export function checkFunction(fn: unknown, name = "fn"): void {
  if (typeof fn !== "function") throw new TypeError(`${name} must be a function, not ${kind(fn)}`);
}

/** @throws TypeError */
export function checkArguments(args: unknown, name = "args"): asserts args is readonly unknown[] {
  if (!Array.isArray(args)) throw new TypeError(`${name} must be an array, not ${kind(args)}`);
}

/** The items of something that can be iterated. @throws TypeError */
export function itemsOf(iterable: unknown): readonly unknown[] {
  if (Array.isArray(iterable)) return iterable;
  if (isIterable(iterable)) return Array.from(iterable);
  throw notIterable(iterable);
}

/** The same for items that are tuples of arguments, each checked as it is pulled. */
export function tuplesOf(iterable: unknown): readonly unknown[] {
  if (!Array.isArray(iterable)) {
    if (isIterable(iterable)) return Array.from(iterable, checkTuple);
    throw notIterable(iterable);
  }
  for (let index = 0; index < iterable.length; index++) checkTuple(iterable[index], index);
  return iterable;
}

function checkTuple(item: unknown, index: number): unknown {
  if (Array.isArray(item)) return item;
  throw new TypeError(
    `item ${index} of a starmap must be the array of its arguments, not ${kind(item)}; ` +
      "map calls a function with the item itself",
  );
}

function notIterable(iterable: unknown): TypeError {
  const advice = isAsyncIterable(iterable) ? "; imap takes async iterables" : "";
  return new TypeError(`an iterable of items is needed, not ${kind(iterable)}${advice}`);
}

export function isIterable(value: unknown): value is Iterable<unknown> {
  return has(value, Symbol.iterator);
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return has(value, Symbol.asyncIterator);
}

function has(value: unknown, method: symbol): boolean {
  return (
    value !== null &&
    value !== undefined &&
    typeof (value as Record<symbol, unknown>)[method] === "function"
  );
}

function kind(value: unknown): string {
  return value === null ? "null" : typeof value;
}
