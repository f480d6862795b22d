/**
 * A model checker for code that shares memory: runs several virtual threads in one real thread,
 * walks through all their interleavings up to a number of preemptions, and fails with the schedule
 * that broke something.
 *
 * Each atomic operation of the code under test is a step. To switch away from a thread an exception
 * is thrown out of the operation; to go on with it, it is run again, its operations answered from a
 * log (see `virtual-thread.ts`). To try another choice, the writes since then are taken back
 * (`memory.ts`). A state that was seen before is not explored again.
 *
 * Two things keep this small without losing schedules. Only operations on words that several
 * threads use and one writes are places to switch at; which words those are is learned, and the
 * search repeated until nothing new is learned. And a look that repeats and repeats is no step any
 * more.
 *
 * Time stands still while anybody can go on. Then the earliest deadline comes; but the end of a
 * mere slice comes only after a death, since it would hide a lost wake-up.
 */
import { type AtomicOperations, replaceAtomics } from "#internal/core/atomics.js";
import { Search } from "./search.ts";
import { ModelFailure, type Model, type Self, type Tally } from "./model.ts";
import {
  ADD,
  AND,
  CLOCK,
  COMPARE_EXCHANGE,
  EXCHANGE,
  FILL,
  GHOST,
  LOAD,
  NOTIFY,
  OR,
  STORE,
  WAIT,
} from "./trace.ts";

export { ModelFailure, type Model, type Outcome, type Self, type Tally } from "./model.ts";

/**
 * Walks through the interleavings of a model.
 * @throws ModelFailure with a readable schedule when one breaks it
 */
export function explore(model: Model): Tally {
  const search = new Search(model, (index) => new ModelSelf(index, search));
  replaceAtomics(operationsOf(search));
  const clock = () => search.operate(CLOCK, -1, 0, 0);
  Object.defineProperty(performance, "now", { value: clock, configurable: true });
  try {
    return search.run();
  } finally {
    Reflect.deleteProperty(performance, "now");
    replaceAtomics();
  }
}

function operationsOf(search: Search): AtomicOperations {
  return {
    load: (_, index) => search.operate(LOAD, index, 0, 0),
    store: (_, index, value) => void search.operate(STORE, index, value, 0),
    add: (_, index, delta) => search.operate(ADD, index, delta, 0),
    and: (_, index, mask) => search.operate(AND, index, mask, 0),
    or: (_, index, mask) => search.operate(OR, index, mask, 0),
    exchange: (_, index, value) => search.operate(EXCHANGE, index, value, 0),
    compareExchange: (_, index, expected, next) =>
      search.operate(COMPARE_EXCHANGE, index, expected, next),
    wait: (_, index, expected, timeoutMs) => void search.operate(WAIT, index, expected, timeoutMs),
    notify: (_, index, count) => void search.operate(NOTIFY, index, count, 0),
  };
}

class ModelSelf implements Self {
  readonly index: number;
  readonly words: Int32Array;
  readonly #search: Search;

  constructor(index: number, search: Search) {
    this.index = index;
    this.#search = search;
    this.words = search.words;
    this.follow(this.words);
  }

  follow(words: Int32Array): void {
    words.fill = (value, start = 0, end = words.length) => {
      this.#search.operate(FILL, start, value, end);
      return words;
    };
  }

  readonly note = (ghost: number, delta: number): number =>
    this.#search.operate(GHOST, ghost, delta, 0);

  readonly isAlive = (thread: number): boolean =>
    this.#search.operate(LOAD, this.#search.aliveAt(thread), 0, 0) !== 0;

  readonly assert = (holds: boolean, otherwise: string): void => {
    if (!holds) throw new ModelFailure(otherwise);
  };
}
