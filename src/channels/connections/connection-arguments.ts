/** Checking what callers of a connection's methods give. */
import { type Wait, signalOf, timeAllowed } from "../../core/deadline.ts";
import { types } from "node:util";
import { checkIsOptions } from "../../core/options.ts";

/** Bytes that a caller has: a buffer, or a part of one. */
export type Binary = ArrayBuffer | ArrayBufferView;

export interface CheckedWait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws TypeError, RangeError, and the signal's reason when it aborted before */
export function checkedWait(wait: Wait | undefined): CheckedWait {
  const timeoutMs = timeAllowed(wait);
  const signal = signalOf(wait);
  if (signal?.aborted === true) throw signal.reason;
  return { timeoutMs, signal };
}

/** The longest message that a reader allows. */
export function checkedMost(options: { maxLength?: number } | undefined): number {
  if (options === undefined) return Infinity;
  checkIsOptions(options);
  return options.maxLength === undefined ? Infinity : count(options.maxLength, "maxLength");
}

function count(value: unknown, name: string): number {
  if (typeof value !== "number") {
    throw new TypeError(`${name} must be a number of bytes, not ${typeof value}`);
  }
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`${name} must be a whole number of bytes, zero or more, not ${value}`);
}

/** The bytes of `buffer` from `offset` on, all or `size` of them. */
export function partOf(buffer: Binary, offset = 0, size?: number): Uint8Array {
  let bytes: Uint8Array;
  if (ArrayBuffer.isView(buffer)) {
    bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } else if (types.isAnyArrayBuffer(buffer)) {
    bytes = new Uint8Array(buffer);
  } else {
    throw new TypeError("bytes must be an ArrayBuffer, a typed array, a Buffer or a DataView");
  }
  const start = count(offset, "offset");
  if (start > bytes.length) {
    throw new RangeError(`offset ${start} is beyond the ${bytes.length} bytes of the buffer`);
  }
  const length = size === undefined ? bytes.length - start : count(size, "size");
  if (start + length > bytes.length) {
    throw new RangeError(
      `${length} bytes from ${start} on are more than the ${bytes.length} given`,
    );
  }
  return bytes.subarray(start, start + length);
}
