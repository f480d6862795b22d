/** `Atomics.wait` and `Atomics.notify` between two threads of one process, asleep in turns. */
import { isMainThread, Worker, workerData } from "node:worker_threads";

const ROUND_TRIPS = 20_000;
const PING = 0;
const PONG = 1;

/** Answers each change of PING by the same value in PONG; ends at -1. */
function answer(words: Int32Array): void {
  for (let seen = 0; ;) {
    Atomics.wait(words, PING, seen);
    seen = Atomics.load(words, PING);
    if (seen === -1) return;
    Atomics.store(words, PONG, seen);
    Atomics.notify(words, PONG);
  }
}

/** Microseconds from here to the other thread and back. */
export async function roundTripSync(effort: number): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  await new Promise((resolve) => worker.once("online", resolve));
  const call = (value: number): void => {
    Atomics.store(words, PING, value);
    Atomics.notify(words, PING);
    while (Atomics.load(words, PONG) !== value) Atomics.wait(words, PONG, value - 1);
  };
  const warmUp = 3000;
  for (let value = 1; value <= warmUp; value++) call(value);
  const trips = Math.ceil(ROUND_TRIPS * effort);
  const start = performance.now();
  for (let value = warmUp + 1; value <= warmUp + trips; value++) call(value);
  const elapsedMs = performance.now() - start;
  Atomics.store(words, PING, -1);
  Atomics.notify(words, PING);
  await worker.terminate();
  return (elapsedMs * 1000) / trips;
}

if (!isMainThread) answer(workerData as Int32Array);
