/** What the layers below use: values to bytes and back, for a destination. */
export type { HandleContext, HandleType } from "./handles.ts";
export type {
  DecoderOptions,
  Destination,
  EncoderOptions,
  OutOfBandSink,
  OutOfBandSource,
  SharedBufferSink,
  SharedBufferSource,
} from "./destination.ts";
export { Decoder } from "./decoder.ts";
export { Encoder } from "./encoder.ts";
export { registerHandle } from "./handles.ts";
export { renewOrigins } from "./origins.ts";
export { Refusal } from "./refusal.ts";
