/** async-mutex: a lock within one event loop. */
import { importRival } from "../rival-package.js";

interface Package {
  Mutex: new () => { acquire(): Promise<() => void> };
}

const PAIRS = 300_000;

/** Microseconds of one acquire and release that nobody disputes. */
export async function lock(effort: number): Promise<number> {
  const { Mutex } = await importRival<Package>("async-mutex");
  const mutex = new Mutex();
  const run = async (pairs: number): Promise<void> => {
    for (let pair = 0; pair < pairs; pair++) (await mutex.acquire())();
  };
  await run(20_000);
  const pairs = PAIRS * effort;
  const start = performance.now();
  await run(pairs);
  return ((performance.now() - start) * 1_000) / pairs;
}
