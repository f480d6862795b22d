/**
 * The messages of a crew and its workers where there is no shared memory: the same heads as in it,
 * and the value behind. What are words in shared memory are messages here.
 */
import { HEAD_BYTES, type Head, writeHead } from "./message-head.ts";

/** From a worker: it takes tasks from now on. */
export const READY = 20;
/** To a worker: it is to end when it has nothing to do. */
export const STOP = 21;
/** To a worker: the task is to stop; the reason follows. */
export const CANCEL = 22;

const NO_BLOCK = { block: 0, stamp: 0 };
const NONE = Buffer.alloc(0);

interface Piece {
  readonly bytes: Uint8Array;
  readonly at?: number;
  readonly length: number;
}

export function crewFrame(
  kind: number,
  number = 0,
  detail = 0,
  { bytes, at = 0, length }: Piece = { bytes: NONE, length: 0 },
  { slice = 0, block = 0 }: { readonly slice?: number; readonly block?: number } = {},
): Uint8Array {
  const frame = new Uint8Array(HEAD_BYTES + length);
  const words = new Int32Array(frame.buffer, 0, HEAD_BYTES / 4);
  writeHead(words, 0, kind, number, detail, { ...NO_BLOCK, block }, slice);
  frame.set(bytes.subarray(at, at + length), HEAD_BYTES);
  return frame;
}

const words = new Int32Array(HEAD_BYTES / 4);
const headBytes = new Uint8Array(words.buffer);

/** Reads a frame's head, and answers the value behind it. */
export function readCrewFrame(frame: Uint8Array, head: Head): Buffer {
  headBytes.set(frame.subarray(0, HEAD_BYTES));
  head.read(words, 0);
  return Buffer.from(frame.subarray(HEAD_BYTES));
}
