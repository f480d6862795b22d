/**
 * The head of what a crew and its workers send each other; a coded value follows, unless it has a
 * block of its own.
 *
 *   to a worker     CALL, CALL_ONE, CALL_EACH, CALL_SPREAD: the task's number, its function's;
 *                   what follows are the arguments (undefined for none), the one
 *                   argument, or the items
 *                   FUNCTION, FORGET: the function's number
 *                   RESUME: the task's number, the number of the parked generator
 *                   DROP: the number of a parked generator
 *                   of tasks also the time slice in µs, 0 for none
 *   to the crew     VALUE, FAILURE, EACH_FAILED: the task's number, how long it took in µs
 *                   SLICE: the same; the number of the parked generator stands in place of a block
 */
export const CALL = 1;
/** With one argument: it goes without a list around it, which costs more than most arguments. */
export const CALL_ONE = 2;
export const CALL_EACH = 3;
export const CALL_SPREAD = 4;
export const RESUME = 5;
export const FUNCTION = 6;
export const FORGET = 7;
export const DROP = 8;

export const VALUE = 1;
/** It threw, or its result cannot cross. */
export const FAILURE = 2;
/** Some of many items failed. */
export const EACH_FAILED = 3;
/** A generator used up its time slice. */
export const SLICE = 4;

const HEAD_WORDS = 6;
export const HEAD_BYTES: number = HEAD_WORDS * 4;

/** Writes a head where a message begins. */
export function writeHead(
  words: Int32Array,
  at: number,
  kind: number,
  number: number,
  detail: number,
  { block, stamp }: { readonly block: number; readonly stamp: number },
  slice = 0,
): void {
  words[at] = kind;
  words[at + 1] = number;
  words[at + 2] = detail;
  words[at + 3] = block;
  words[at + 4] = stamp;
  words[at + 5] = slice;
}

/** Whether a message is a task, which its receiver has to claim. */
export function isTask(kind: number): boolean {
  return kind <= RESUME;
}

/** A head that was read. */
export class Head {
  kind = 0;
  number = 0;
  detail = 0;
  block = 0;
  stamp = 0;
  slice = 0;

  read(words: Int32Array, at: number): this {
    this.kind = words[at]!;
    this.number = words[at + 1]!;
    this.detail = words[at + 2]!;
    this.block = words[at + 3]!;
    this.stamp = words[at + 4]!;
    this.slice = words[at + 5]!;
    return this;
  }
}
