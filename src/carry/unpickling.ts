import { UnpicklingError } from "../errors.ts";

/** The error for bytes that do not decode here, from whatever their decoding threw. */
export function undecodable(error: unknown): UnpicklingError {
  if (error instanceof UnpicklingError) return error;
  const options = { cause: error };
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new UnpicklingError("Bytes do not decode: they are nested too deeply", options);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new UnpicklingError(`Bytes do not decode here: ${reason}`, options);
}
