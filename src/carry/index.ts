/** What the layers below use: values to bytes and back, for a destination. */
import { ConstantFunctions, type ConstantFunctionsOptions } from "./constant-functions.ts";
import { Decoder } from "./decoder.ts";
import type { DecoderOptions, EncoderOptions } from "./destination.ts";
import { Encoder } from "./encoder.ts";
import { functionCarrier } from "./functions/carrier.ts";

export type { ConstantFunction, ConstantFunctions } from "./constant-functions.ts";
export { Decoder } from "./decoder.ts";
export type { DecoderOptions, Destination, EncoderOptions } from "./destination.ts";
export { Encoder } from "./encoder.ts";
export {
  type FunctionReference,
  referencedFunction,
  withContext,
} from "./functions/describe/explicit.ts";
export { mayMakeCode } from "./functions/describe/code-of-text.ts";
export { registerHandle, whenHandleUnknown } from "./handles.ts";
export { startCopying } from "./functions/modules/main-run.ts";
export { renewOrigins } from "./origins.ts";
export { PlainList } from "./plain-list.ts";
export { Refusal } from "./refusal.ts";
export {
  askedHere,
  packThrown,
  type PackedThrown,
  resultRefused,
  unpackThrown,
  unpackThrownAsync,
} from "./remote-error.ts";

/** An encoder that carries functions too. */
export function createEncoder(options: EncoderOptions): Encoder {
  return new Encoder({ carrier: functionCarrier, ...options });
}

/** A decoder that rebuilds functions too. */
export function createDecoder(options: DecoderOptions): Decoder {
  return new Decoder({ carrier: functionCarrier, ...options });
}

/** What knows which functions need not be coded again. */
export function createConstantFunctions(
  options: Omit<ConstantFunctionsOptions, "carrier">,
): ConstantFunctions {
  return new ConstantFunctions({ carrier: functionCarrier, ...options });
}
