/** The least that a lock between threads can be: one word, compare and exchange, wait and notify. */
import { once } from "node:events";
import { isMainThread, Worker, workerData } from "node:worker_threads";

const PAIRS = 3_000_000;
const SECONDS = 0.5;

function acquire(words: Int32Array): void {
  if (Atomics.compareExchange(words, 0, 0, 1) === 0) return;
  while (Atomics.exchange(words, 0, 2) !== 0) Atomics.wait(words, 0, 2);
}

function release(words: Int32Array): void {
  if (Atomics.exchange(words, 0, 0) === 2) Atomics.notify(words, 0, 1);
}

/** Pairs of acquire and release per second. */
export function lock(effort: number): number {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const run = (pairs: number): void => {
    for (let pair = 0; pair < pairs; pair++) {
      acquire(words);
      release(words);
    }
  };
  run(100_000);
  const pairs = PAIRS * effort;
  const start = performance.now();
  run(pairs);
  return (pairs / (performance.now() - start)) * 1_000;
}

function hammer(words: Int32Array, seconds: number): number {
  let pairs = 0;
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    for (let pair = 0; pair < 100; pair++) {
      acquire(words);
      release(words);
    }
    pairs += 100;
  }
  return pairs;
}

/** The same for two threads together that want the same lock. */
export async function contended(effort: number): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(12));
  const seconds = SECONDS * effort;
  const peer = new Worker(new URL(import.meta.url), { workerData: { words, seconds } });
  await once(peer, "online");
  while (Atomics.load(words, 1) === 0);
  const own = hammer(words, seconds);
  await once(peer, "exit");
  return (own + words[2]!) / seconds;
}

const given = workerData as { words?: Int32Array; seconds: number } | null;
if (!isMainThread && given?.words !== undefined) {
  Atomics.store(given.words, 1, 1);
  given.words[2] = hammer(given.words, given.seconds);
}
