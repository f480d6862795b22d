/** `child_process.fork` and `send`: event loops of two processes over Node's own channel. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { streamMessages, timeRoundTrips } from "./echo.js";

const SERVE = "serve";

/** Sends numbers back and counts everything else; an empty text asks for the count. */
function serve(): void {
  let count = 0;
  process.on("message", (message: unknown) => {
    if (typeof message === "number") process.send!(message);
    else if (message === "") process.send!(count);
    else count++;
  });
}

function start(): { send: (message: unknown) => void; next: () => Promise<unknown> } {
  const child = fork(fileURLToPath(import.meta.url), [SERVE], { execArgv: [] });
  return {
    send: (message) => void child.send(message as string),
    next: () => new Promise((resolve) => child.once("message", resolve)),
  };
}

/** Microseconds from event loop to event loop and back. */
export const roundTripLoop = (effort: number): Promise<number> => timeRoundTrips(start(), effort);

/** Messages of 64 characters per second, one way; JSON, Node's default and its fastest here. */
export const throughput = (effort: number): Promise<number> =>
  streamMessages(start(), "x".repeat(64), effort);

if (process.argv[2] === SERVE) serve();
