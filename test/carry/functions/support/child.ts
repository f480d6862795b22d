/** The other side of `runner`: receives functions, calls them, and answers. */
import { parentPort } from "node:worker_threads";
import { load, type Payload } from "./graph.ts";

const answer = (message: object): void => {
  if (parentPort === null) process.send!(message);
  else parentPort.postMessage(message, []);
};

async function receive({ id, payload }: { id: number; payload: Payload }): Promise<void> {
  try {
    const { fn, args } = (await load(payload)) as { fn: Function; args: unknown[] };
    answer({ id, value: await fn(...args) });
  } catch (error) {
    answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

const port = parentPort ?? process;
port.on("message", (message: Parameters<typeof receive>[0]) => void receive(message));
