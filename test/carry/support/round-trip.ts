/** Sends a value through the codec and back within this thread. */
import { Decoder } from "#internal/carry/decoder.js";
import { Encoder } from "#internal/carry/encoder.js";

const encoder = new Encoder({ destination: "process" });
const decoder = new Decoder({ destination: "process" });

export function roundTrip<T>(value: T): T {
  return decoder.decode(encoder.encode(value).slice()) as T;
}
