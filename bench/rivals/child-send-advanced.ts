/** `child_process.fork` with serialization 'advanced': what Node has between processes. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { timeRoundTrips } from "./echo.js";

const ECHO = "echo";
const STREAM = "stream";

const items: Record<string, (index: number) => unknown> = {
  integers: (index) => index,
  objects: (index) => ({ id: index, name: "task", args: [index, 2] }),
  megabytes: (
    (bytes) => () =>
      bytes
  )(new Uint8Array(2 ** 20)),
  large: (
    (bytes) => () =>
      bytes
  )(new Uint8Array(2 ** 26)),
};

const child = (...args: string[]) =>
  fork(fileURLToPath(import.meta.url), args, { execArgv: [], serialization: "advanced" });

/** Items per second that a child sends to us. */
async function throughput(kind: string, count: number): Promise<number> {
  const sender = child(STREAM, kind, String(count));
  let began = 0;
  let got = 0;
  await new Promise<void>((resolve) => {
    sender.on("message", () => {
      if (got++ === 0) began = performance.now();
      if (got === count) resolve();
    });
  });
  return (count - 1) / ((performance.now() - began) / 1000);
}

export const integers = (effort: number): Promise<number> =>
  throughput("integers", Math.ceil(100_000 * effort));
export const objects = (effort: number): Promise<number> =>
  throughput("objects", Math.ceil(100_000 * effort));
export const megabytes = (effort: number): Promise<number> =>
  throughput("megabytes", Math.ceil(500 * effort));
export const large64 = async (effort: number): Promise<number> =>
  1000 / (await throughput("large", Math.ceil(10 * effort) + 1));

/** Microseconds from event loop to event loop and back. */
export function roundTrip(effort: number): Promise<number> {
  const peer = child(ECHO);
  const next = (): Promise<unknown> => new Promise((resolve) => peer.once("message", resolve));
  return timeRoundTrips({ send: (message) => void peer.send(message as string), next }, effort);
}

const [, , role, kind, count] = process.argv;
if (role === ECHO) process.on("message", (message) => process.send!(message));
if (role === STREAM) {
  for (let index = 0; index < Number(count); index++) {
    // Each is handed over before the next is made, so that memory holds.
    await new Promise((sent) => process.send!(items[kind!]!(index), undefined, {}, sent as never));
  }
}
