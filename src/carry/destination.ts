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
 * - `peer`: a program that proved to have the same key, of whatever family, perhaps on another
 *   machine. Functions and classes go there; of handles only those that say so (`travels`);
 * - `foreign`: an unauthenticated peer or another machine. Plain data only, in both directions:
 *   no functions, no classes, no handles.
 */
export type Destination = "thread" | "process" | "store" | "peer" | "foreign";

/** Takes large binary data past the codec. */
export interface OutOfBandSink {
  /** Keeps a copy of the bytes for the receiver and answers the number to send instead. */
  put(bytes: Uint8Array): number;
  /** Takes back what was put, because the message was refused after all. */
  discard?(id: number): void;
}

/** The receiving end of an `OutOfBandSink`. */
export interface OutOfBandSource {
  /** The bytes behind a number; the decoder owns the array and its buffer from then on. */
  take(id: number): Uint8Array;
}

/**
 * Takes objects that cannot be bytes but can go beside the message: SharedArrayBuffers and
 * MessagePorts by `postMessage` to a thread, sockets and servers by `child.send` to a process.
 */
export interface AttachmentSink {
  /** The number to send instead; undefined when this object cannot go either. */
  put(object: object): number | undefined;
}

/** The receiving end of an `AttachmentSink`. */
export interface AttachmentSource {
  take(id: number): object;
}

export interface EncoderOptions {
  readonly destination: Destination;
  /** What knows functions; without one they are refused. */
  readonly carrier?: FunctionCarrier | undefined;
  readonly outOfBand?: OutOfBandSink | undefined;
  /** Buffers from this size on go to `outOfBand`; 64 KiB when left out. */
  readonly outOfBandBytes?: number | undefined;
  readonly attachments?: AttachmentSink | undefined;
  /** Functions of the main script go by reference too: the receiver imports it. */
  readonly importMain?: boolean | undefined;
}

export interface DecoderOptions {
  readonly destination: Destination;
  readonly carrier?: FunctionCarrier | undefined;
  readonly outOfBand?: OutOfBandSource | undefined;
  readonly attachments?: AttachmentSource | undefined;
}
