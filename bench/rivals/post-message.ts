/** `postMessage` between the event loops of two threads. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { streamMessages, timeRoundTrips } from "./echo.js";

/** Sends numbers back and counts everything else; an empty text asks for the count. */
function serve(): void {
  let count = 0;
  parentPort!.on("message", (message: unknown) => {
    if (typeof message === "number") parentPort!.postMessage(message);
    else if (message === "") parentPort!.postMessage(count);
    else count++;
  });
}

function start(): { send: (message: unknown) => void; next: () => Promise<unknown> } {
  const worker = new Worker(new URL(import.meta.url));
  return {
    send: (message) => worker.postMessage(message),
    next: () => new Promise((resolve) => worker.once("message", resolve)),
  };
}

/** Microseconds from event loop to event loop and back. */
export const roundTripLoop = (effort: number): Promise<number> => timeRoundTrips(start(), effort);

/** Messages of 64 bytes per second, one way. */
export const throughput = (effort: number): Promise<number> =>
  streamMessages(start(), new Uint8Array(64), effort);

if (!isMainThread) serve();
