/** multithreading's Mutex: a lock between threads, taken asynchronously or by blocking. */
import { importRival } from "../rival-package.js";

interface Held {
  [Symbol.dispose](): void;
}

interface Package {
  Mutex: new (data: Int32Array) => { lock(): Promise<Held>; blockingLock(): Held };
}

const PAIRS = 200_000;

async function makeMutex(): Promise<InstanceType<Package["Mutex"]>> {
  // It needs what Nodes before 21 have not.
  if (!("navigator" in globalThis)) {
    Object.assign(globalThis, { navigator: { hardwareConcurrency: 2 } });
  }
  const { Mutex } = await importRival<Package>("multithreading");
  return new Mutex(new Int32Array(new SharedArrayBuffer(4)));
}

/** Microseconds of one acquire and release that nobody disputes. */
export async function lock(effort: number): Promise<number> {
  const mutex = await makeMutex();
  const run = async (pairs: number): Promise<void> => {
    for (let pair = 0; pair < pairs; pair++) (await mutex.lock())[Symbol.dispose]();
  };
  await run(20_000);
  const pairs = PAIRS * effort;
  const start = performance.now();
  await run(pairs);
  return ((performance.now() - start) * 1_000) / pairs;
}

/** Pairs of blocking acquire and release per second. */
export async function lockBlocking(effort: number): Promise<number> {
  const mutex = await makeMutex();
  const run = (pairs: number): void => {
    for (let pair = 0; pair < pairs; pair++) mutex.blockingLock()[Symbol.dispose]();
  };
  run(20_000);
  const pairs = PAIRS * effort;
  const start = performance.now();
  run(pairs);
  return (pairs / (performance.now() - start)) * 1_000;
}
