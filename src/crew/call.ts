/**
 * Calling a function as a task says: once, or for each of many items. What is synchronous runs
 * without a promise; the first promise that turns up makes the rest wait for it.
 */
import type { AnyFunction } from "./known-functions.ts";
import { CALL, CALL_ONE, CALL_SPREAD } from "./message-head.ts";

const NONE: readonly number[] = [];

/** What many calls gave, in order; a failed item has `undefined` in `values`. */
export class Harvest {
  /** Filled from the front: an array that never had holes is coded several times as fast. */
  readonly values: unknown[] = [];
  failures: Map<number, unknown> | null = null;
  /** Which of the failed had a value, but one that cannot cross. */
  refused: readonly number[] = NONE;

  fail(error: unknown): void {
    (this.failures ??= new Map()).set(this.values.length, error);
    this.values.push(undefined);
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function"
  );
}

/**
 * The value of a task, or a promise of it. `given`: its arguments (undefined when there are none),
 * its only one, or its items.
 */
export function call(kind: number, fn: AnyFunction, given: unknown): unknown {
  if (kind === CALL_ONE) return drive(fn, fn(given));
  if (kind === CALL) return drive(fn, given === undefined ? fn() : fn(...(given as unknown[])));
  return callEach(fn, given as unknown[], kind === CALL_SPREAD);
}

function callEach(fn: AnyFunction, items: unknown[], spread: boolean): unknown {
  const harvest = new Harvest();
  const { values } = harvest;
  const drives = isGenerator(fn);
  for (let index = 0; index < items.length; index++) {
    try {
      const item = items[index];
      let value = spread ? fn(...(item as unknown[])) : fn(item);
      if (drives) value = drive(fn, value);
      if (isPromise(value)) return callRest(fn, items, spread, harvest, index, value);
      values.push(value);
    } catch (error) {
      harvest.fail(error);
    }
  }
  return harvest;
}

/** The rest of many calls, from one on whose value is a promise. */
async function callRest(
  fn: AnyFunction,
  items: unknown[],
  spread: boolean,
  harvest: Harvest,
  from: number,
  first: PromiseLike<unknown>,
): Promise<Harvest> {
  for (let index = from; index < items.length; index++) {
    try {
      const item = items[index];
      const value: unknown =
        index === from ? first : drive(fn, spread ? fn(...(item as unknown[])) : fn(item));
      harvest.values.push(await value);
    } catch (error) {
      harvest.fail(error);
    }
  }
  return harvest;
}

/** Whether a function is written with `function*`. */
export function isGenerator(fn: AnyFunction): boolean {
  const name = Object.prototype.toString.call(fn);
  return name === "[object GeneratorFunction]" || name === "[object AsyncGeneratorFunction]";
}

export type AnyGenerator = Iterator<unknown> | AsyncIterator<unknown>;

/** The result of a generator function is what it returns: it is run to its end. */
function drive(fn: AnyFunction, value: unknown): unknown {
  return isGenerator(fn) ? runToEnd(value as AnyGenerator) : value;
}

function runToEnd(generator: AnyGenerator): unknown {
  for (;;) {
    const step = generator.next();
    if (isPromise(step)) return runToEndLater(generator as AsyncIterator<unknown>, step);
    if (step.done === true) return step.value;
  }
}

async function runToEndLater(
  generator: AsyncIterator<unknown>,
  first: PromiseLike<IteratorResult<unknown>>,
): Promise<unknown> {
  let step = await first;
  while (step.done !== true) step = await generator.next();
  return step.value;
}

/** What a slice of a generator ended with: its result, or nothing yet. */
export interface Slice {
  readonly done: boolean;
  readonly value: unknown;
}

/** Runs a generator until a `yield` at which its time is used up, or to its end. */
export function runSlice(generator: AnyGenerator, sliceMs: number): Slice | PromiseLike<Slice> {
  const until = performance.now() + sliceMs;
  for (;;) {
    const step = generator.next();
    if (isPromise(step)) return runSliceLater(generator as AsyncIterator<unknown>, step, until);
    if (step.done === true) return { done: true, value: step.value };
    if (performance.now() >= until) return { done: false, value: undefined };
  }
}

async function runSliceLater(
  generator: AsyncIterator<unknown>,
  first: PromiseLike<IteratorResult<unknown>>,
  until: number,
): Promise<Slice> {
  let step = await first;
  while (step.done !== true) {
    if (performance.now() >= until) return { done: false, value: undefined };
    step = await generator.next();
  }
  return { done: true, value: step.value };
}
