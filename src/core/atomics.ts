/**
 * The only file that names the global `Atomics`. Everything else calls these words, so a test can
 * put a scheduler in their place and walk through all interleavings of the code under test.
 */

export interface AtomicOperations {
  readonly load: (words: Int32Array, index: number) => number;
  readonly store: (words: Int32Array, index: number, value: number) => void;
  /** Returns the old value. */
  readonly add: (words: Int32Array, index: number, delta: number) => number;
  /** Clears the bits that `mask` has not; returns the old value. */
  readonly and: (words: Int32Array, index: number, mask: number) => number;
  /** Sets the bits of `mask`; returns the old value. */
  readonly or: (words: Int32Array, index: number, mask: number) => number;
  readonly exchange: (words: Int32Array, index: number, value: number) => number;
  /** Stores `next` if the word is `expected`; returns what it was. */
  readonly compareExchange: (
    words: Int32Array,
    index: number,
    expected: number,
    next: number,
  ) => number;
  /** Sleeps while the word is `expected`, at most `timeoutMs`. */
  readonly wait: (words: Int32Array, index: number, expected: number, timeoutMs: number) => void;
  /** Wakes up to `count` sleepers of the word in this process. */
  readonly notify: (words: Int32Array, index: number, count: number) => void;
}

const native: AtomicOperations = {
  load: (words, index) => Atomics.load(words, index),
  store: (words, index, value) => void Atomics.store(words, index, value),
  add: (words, index, delta) => Atomics.add(words, index, delta),
  and: (words, index, mask) => Atomics.and(words, index, mask),
  or: (words, index, mask) => Atomics.or(words, index, mask),
  exchange: (words, index, value) => Atomics.exchange(words, index, value),
  compareExchange: (words, index, expected, next) =>
    Atomics.compareExchange(words, index, expected, next),
  wait: (words, index, expected, timeoutMs) => void Atomics.wait(words, index, expected, timeoutMs),
  notify: (words, index, count) => void Atomics.notify(words, index, count),
};

/**
 * The operations that all code uses. V8 sees that nobody changes this object, so a call by it costs
 * what a call of the operation itself does.
 */
export const atomics: AtomicOperations = { ...native };

/**
 * Puts other operations in place of the real ones, for model checking; without any, puts them back.
 */
export function replaceAtomics(operations: AtomicOperations = native): void {
  Object.assign(atomics, operations);
}

/** Whole numbers of any width that atomic operations work on. */
export type Cells =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/**
 * The same on a cell of any width, for data of users: no algorithm of ours depends on them, so they
 * are not put in other hands. Values that do not fit wrap, as in C.
 */
export const cells = {
  load: (array: Cells, index: number): number | bigint => Atomics.load(array as Int32Array, index),
  store(array: Cells, index: number, value: number | bigint): void {
    Atomics.store(array as Int32Array, index, value as number);
  },
  add: (array: Cells, index: number, delta: number | bigint): number | bigint =>
    Atomics.add(array as Int32Array, index, delta as number),
  exchange: (array: Cells, index: number, value: number | bigint): number | bigint =>
    Atomics.exchange(array as Int32Array, index, value as number),
  compareExchange: (
    array: Cells,
    index: number,
    expected: number | bigint,
    next: number | bigint,
  ): number | bigint =>
    Atomics.compareExchange(array as Int32Array, index, expected as number, next as number),
};

/**
 * Calls back in this thread's event loop once the word is no longer `expected` and was notified.
 * Returns false, and never calls back, when it differs already. Does not keep the loop alive.
 */
export function notifiedInLoop(
  words: Int32Array,
  index: number,
  expected: number,
  callback: () => void,
): boolean {
  const waiting = waitAsync(words, index, expected);
  if (waiting.async) void callAfter(waiting.value, callback);
  return waiting.async;
}

/**
 * Has this thread hear in its event loop what it was notified of. A copy of a process has such
 * notices and not what was to wake its loop for them, and V8 wakes a loop for the first of several
 * only. The end of a wait that has a limit wakes it in any case.
 */
export function hearNotices(): void {
  waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

async function callAfter(notified: Promise<string>, callback: () => void): Promise<void> {
  await notified;
  callback();
}

type WaitAsync = (
  words: Int32Array,
  index: number,
  expected: number,
  timeoutMs?: number,
) => { async: false } | { async: true; value: Promise<string> };

const waitAsync: WaitAsync = (Atomics as unknown as { waitAsync: WaitAsync }).waitAsync.bind(
  Atomics,
);
