/** A process that calls what it is sent and answers with the result, in bytes of the codec. */
import { createDecoder, createEncoder } from "#internal/carry/index.js";

const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });

process.on("message", (bytes: Uint8Array) => void answer(bytes));

async function answer(bytes: Uint8Array): Promise<void> {
  let result: unknown;
  try {
    const [fn, args] = (await decoder.decodeAsync(bytes)) as [Function, unknown[]];
    result = (await fn(...args)) as unknown;
  } catch (error) {
    result = error;
  }
  process.send!(encoder.encode(result).slice());
}
