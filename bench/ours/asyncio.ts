/** Our side of the scenarios of `bench/asyncio.ts`. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createTask, Event, gather, Lock, Queue, run, sleep } from "manyhands/asyncio";

const TASKS = 100_000;
const PAIRS = 200_000;
const HANDOVERS = 100_000;
const IDLE = 20_000;
const settled = Promise.resolve();

async function crowd(body: () => Promise<number>, tasks: number): Promise<number> {
  const start = performance.now();
  await gather(Array.from({ length: tasks }, () => createTask(body)));
  return performance.now() - start;
}

/** Once to warm up, then the one that counts. */
const twice = (body: () => Promise<number>, effort: number): Promise<number> =>
  run(async () => {
    await crowd(body, TASKS * effort);
    return crowd(body, TASKS * effort);
  });

/** Milliseconds for tasks that answer at once. */
export const createAndGather = (effort: number): Promise<number> => twice(async () => 1, effort);

/** Milliseconds for tasks that await something plain once. */
export const createAwaitAndGather = (effort: number): Promise<number> =>
  twice(async () => {
    await settled;
    return 1;
  }, effort);

/** Milliseconds for tasks that let the loop go round once. */
export const createTurnAndGather = (effort: number): Promise<number> =>
  twice(() => sleep(0, 1), effort);

/** Microseconds of one of `count` in `body`, which runs once before to warm up. */
const perPiece = (count: number, body: (count: number) => Promise<void>): Promise<number> =>
  run(async () => {
    await body(count);
    const start = performance.now();
    await body(count);
    return ((performance.now() - start) * 1000) / count;
  });

/** Microseconds of a put and a get that need not wait. */
export const queuePair = (effort: number): Promise<number> =>
  perPiece(PAIRS * effort, async (count) => {
    const queue = new Queue<number>();
    for (let item = 0; item < count; item++) {
      await queue.put(item);
      await queue.get();
    }
  });

/** Microseconds of an acquire and a release that need not wait. */
export const lockPair = (effort: number): Promise<number> =>
  perPiece(PAIRS * effort, async (count) => {
    const lock = new Lock();
    for (let pair = 0; pair < count; pair++) {
      await lock.acquire();
      lock.release();
    }
  });

/** An await of a settled promise inside a task, and nothing else. */
export const bareAwait = (effort: number): Promise<number> =>
  perPiece(PAIRS * effort, async (count) => {
    for (let time = 0; time < count; time++) await settled;
  });

/** A pair on a lock, awaited only where there is something to wait for, as Python's await does. */
export const lockPairTried = (effort: number): Promise<number> =>
  perPiece(PAIRS * effort, async (count) => {
    const lock = new Lock();
    for (let pair = 0; pair < count; pair++) {
      if (!lock.tryAcquire()) await lock.acquire();
      lock.release();
    }
  });

/** Microseconds of an item from task to task through a queue with room for one. */
export const queueHandover = (effort: number): Promise<number> =>
  perPiece(HANDOVERS * effort, async (count) => {
    const queue = new Queue<number>(1);
    const producer = createTask(async () => {
      for (let item = 0; item < count; item++) await queue.put(item);
    });
    for (let item = 0; item < count; item++) await queue.get();
    await producer;
  });

/** Bytes of heap that a task costs while it waits for an event. */
export const idleTask = (effort: number): Promise<number> =>
  run(async () => {
    const event = new Event();
    const body = (): Promise<true> => event.wait();
    const before = heapUsed();
    const tasks = Array.from({ length: IDLE * effort }, () => createTask(body));
    await sleep(0);
    const bytes = (heapUsed() - before) / tasks.length;
    event.set();
    await gather(tasks);
    return bytes;
  });

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
