/** A call as bytes and back, as a channel does it. */
import { createDecoder, createEncoder } from "#internal/carry/index.js";

export type Payload = Uint8Array;

const byValue = createEncoder({ destination: "process" });
const importingMain = createEncoder({ destination: "process", importMain: true });
const decoder = createDecoder({ destination: "process" });

export function dump(value: unknown, options: { importMain?: boolean } = {}): Payload {
  return (options.importMain === true ? importingMain : byValue).encode(value).slice();
}

export async function load(payload: Payload): Promise<unknown> {
  return decoder.decodeAsync(payload);
}
