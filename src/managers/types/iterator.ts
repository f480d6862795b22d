/** An iterator that lives in the server: clients ask it for one value after the other. */
import type { TypeEntry } from "../registry.ts";

type Step = IteratorResult<unknown> | Promise<IteratorResult<unknown>>;

interface AnyIterator {
  next(value?: unknown): Step;
  return?(value?: unknown): Step;
}

export class ManagedIterator {
  readonly #iterator: AnyIterator;

  constructor(iterator: AnyIterator) {
    this.#iterator = iterator;
  }

  next(value?: unknown): Step {
    return this.#iterator.next(value);
  }

  /** Ends it before its end. */
  return(value?: unknown): Step {
    return this.#iterator.return?.(value) ?? { done: true, value };
  }
}

export const iteratorType: TypeEntry = {
  factory: null,
  exposed: ["next", "return"],
  methodToTypeId: undefined,
  proxyType: undefined,
  isBuiltIn: true,
};

/** Whether something gives one value after the other, and is no collection. */
export function isIterator(value: object): value is AnyIterator {
  if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) return false;
  if (typeof (value as { next?: unknown }).next !== "function") return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}
