/** The reason of an abort on its way to those who follow the signal. */
import {
  type Decoder,
  type Destination,
  type Encoder,
  createDecoder,
  createEncoder,
} from "../../carry/index.ts";
import type { Handle } from "../../core/blocks.ts";
import { PicklingError } from "../../errors.ts";
import { noteCarriedBy } from "../../sync/carried.ts";
import type { AbortRelay } from "./abort-relay.ts";
import { writeMessage } from "./message-block.ts";

const encoders = new Map<Destination, Encoder>();
const decoders = new Map<Destination, Decoder>();

function encoderFor(destination: Destination): Encoder {
  let encoder = encoders.get(destination);
  if (encoder === undefined) encoders.set(destination, (encoder = createEncoder({ destination })));
  return encoder;
}

function decoderFor(destination: Destination): Decoder {
  let decoder = decoders.get(destination);
  if (decoder === undefined) decoders.set(destination, (decoder = createDecoder({ destination })));
  return decoder;
}

const aborted = (why: string, cause?: unknown): DOMException =>
  Object.assign(
    new DOMException(`This operation was aborted${why}`, "AbortError"),
    cause === undefined ? {} : { cause },
  );

/**
 * A message with the reason; one that cannot cross is replaced by an error that says so. None when
 * there is no memory for it: that an abort arrives is more important than why.
 */
export function codeReason({ member }: AbortRelay, reason: unknown): Handle | undefined {
  const encoder = encoderFor(member.arena.reach);
  try {
    const { result, carried } = noteCarriedBy(() => {
      try {
        return encoder.encode(reason, "reason");
      } catch (error) {
        if (!(error instanceof PicklingError)) throw error;
        return encoder.encode(aborted(` (${textOf(reason)}; ${error.message})`));
      }
    });
    return writeMessage(member, result, carried, []);
  } catch {
    return undefined;
  }
}

function textOf(reason: unknown): string {
  return reason instanceof Error ? `${reason.name}: ${reason.message}` : typeof reason;
}

/** The reason that was announced. */
export function decodeReason({ member, reason }: AbortRelay): unknown {
  if (reason === undefined) return aborted("");
  const { from, to } = reason.places;
  try {
    return decoderFor(member.arena.reach).decode(reason.bytes, from, to);
  } catch (error) {
    return aborted("; its reason cannot be decoded here", error);
  }
}

/** Loads what the reason names, if that is necessary to decode it. */
export function reasonNeedsLoading({ member, reason }: AbortRelay): Promise<unknown> | undefined {
  if (reason === undefined) return undefined;
  const { from, to } = reason.places;
  const decoder = decoderFor(member.arena.reach);
  try {
    if (decoder.references(reason.bytes, from, to).length === 0) return undefined;
  } catch {
    return undefined;
  }
  return decoder.decodeAsync(Buffer.from(reason.bytes.subarray(from, to)));
}
