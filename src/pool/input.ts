/** Where a stream takes its items from: one iterable, or several side by side. */
import { isAsyncIterable, isIterable } from "./options.ts";

/** An iterator that gives each item at once, or a promise of it. */
export type Input =
  | { readonly async: false; readonly items: Iterator<unknown> }
  | { readonly async: true; readonly items: AsyncIterator<unknown> };

/** @throws TypeError for something that cannot be iterated */
export function inputOf(iterable: unknown): Input {
  if (isIterable(iterable)) return { async: false, items: iterable[Symbol.iterator]() };
  if (isAsyncIterable(iterable)) return { async: true, items: iterable[Symbol.asyncIterator]() };
  const what = iterable === null ? "null" : typeof iterable;
  throw new TypeError(`an iterable or async iterable of items is needed, not ${what}`);
}

/**
 * Tuples of one item of each iterable, as long as all have some; the others are closed when the
 * shortest ends.
 */
export function sideBySide(iterables: readonly unknown[]): Input {
  const inputs = iterables.map(inputOf);
  if (inputs.some((input) => input.async)) return { async: true, items: tuplesAsync(inputs) };
  return { async: false, items: tuples(inputs.map((input) => input.items as Iterator<unknown>)) };
}

function* tuples(inputs: readonly Iterator<unknown>[]): Generator<unknown[]> {
  // One that has ended, or throws, is not to be closed.
  const open = new Set(inputs);
  try {
    while (inputs.length > 0) {
      const tuple: unknown[] = [];
      for (const input of inputs) {
        open.delete(input);
        const next = input.next();
        if (next.done === true) return;
        open.add(input);
        tuple.push(next.value);
      }
      yield tuple;
    }
  } finally {
    for (const input of open) input.return?.();
  }
}

async function* tuplesAsync(inputs: readonly Input[]): AsyncGenerator<unknown[]> {
  const open = new Set<Input>(inputs);
  try {
    while (inputs.length > 0) {
      const tuple: unknown[] = [];
      for (const input of inputs) {
        open.delete(input);
        const next = await input.items.next();
        if (next.done === true) return;
        open.add(input);
        tuple.push(next.value);
      }
      yield tuple;
    }
  } finally {
    for (const input of open) await input.items.return?.();
  }
}
