/**
 * Where a value goes, and what is carried beside its bytes.
 *
 * A channel makes one `Encoder` and one `Decoder` for its destination and keeps them.
 */
import type { FunctionCarrier } from "./function-carrier.ts";

/**
 * - `thread`: another thread of this process;
 * - `process`: another process of the family;
 * - `store`: bytes that may outlive both (kept in shared memory);
 * - `foreign`: an unauthenticated peer or another machine. Plain data only, in both directions:
 *   no functions, no classes, no handles.
 */
export type Destination = "thread" | "process" | "store" | "foreign";

/** Takes large binary data past the codec. */
export interface OutOfBandSink {
  /** Keeps a copy of the bytes for the receiver and answers the number to send instead. */
  put(bytes: Uint8Array): number;
}

/** The receiving end of an `OutOfBandSink`. */
export interface OutOfBandSource {
  /** The bytes behind a number; the decoder owns the array and its buffer from then on. */
  take(id: number): Uint8Array;
}

/** Hands SharedArrayBuffers to another thread (by `postMessage`, ahead of the message). */
export interface SharedBufferSink {
  put(buffer: SharedArrayBuffer): number;
}

/** The receiving end of a `SharedBufferSink`. */
export interface SharedBufferSource {
  take(id: number): SharedArrayBuffer;
}

export interface EncoderOptions {
  readonly destination: Destination;
  readonly carrier?: FunctionCarrier | undefined;
  readonly outOfBand?: OutOfBandSink | undefined;
  /** Buffers from this size on go to `outOfBand`; 64 KiB when left out. */
  readonly outOfBandBytes?: number | undefined;
  readonly sharedBuffers?: SharedBufferSink | undefined;
}

export interface DecoderOptions {
  readonly destination: Destination;
  readonly carrier?: FunctionCarrier | undefined;
  readonly outOfBand?: OutOfBandSource | undefined;
  readonly sharedBuffers?: SharedBufferSource | undefined;
}
