/**
 * What pools are measured by. An adapter says how its pool is opened and called; the rest is the
 * same for all, ours included.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Measure, median } from "../harness.js";
import { Unavailable } from "../unavailable.js";
import type { TaskName } from "./pool-tasks.js";

export interface OpenPool {
  /** `signal` only where the pool has something like it. */
  call(task: TaskName, argument?: unknown, signal?: AbortSignal): PromiseLike<unknown>;
  /** Only where the pool has a map of its own. */
  map?(task: TaskName, items: readonly unknown[]): PromiseLike<unknown>;
  close(): unknown;
}

export type Open = (workers: number) => OpenPool | Promise<OpenPool>;

const LIMIT_MS = 60_000;
const LONG_MS = 5_000;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A pool that does not answer in time is left out, and does not hold up the others. */
async function limited<T>(work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Unavailable(`it did not answer within ${LIMIT_MS / 1_000} s`)),
      LIMIT_MS,
    );
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Opens a pool whose workers all run, and closes it after its use. */
async function using<T>(
  open: Open,
  workers: number,
  use: (pool: OpenPool) => Promise<T>,
): Promise<T> {
  const pool = await open(workers);
  for (let round = 0; round < 10; round++) await calls(pool, 20);
  try {
    return await use(pool);
  } finally {
    await Promise.race([pool.close(), pause(1_000)]);
  }
}

async function calls(pool: OpenPool, count: number): Promise<void> {
  await limited(Promise.all(Array.from({ length: count }, () => pool.call("nothing"))));
}

async function timed(work: () => PromiseLike<unknown>): Promise<number> {
  const started = performance.now();
  await limited(work());
  return performance.now() - started;
}

/** So often, but no more often than a few seconds allow: who is slow is slow each time. */
async function repeated(times: number, one: () => Promise<number>): Promise<number[]> {
  const samples: number[] = [];
  const until = performance.now() + LONG_MS;
  while (samples.length < 2 || (samples.length < times && performance.now() < until)) {
    samples.push(await one());
  }
  return samples;
}

/** Calls one after another; gives the median of what `before` and `one` say in microseconds. */
async function roundTrips(pool: OpenPool, count: number, before?: () => Promise<void>) {
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    await before?.();
    const started = performance.now();
    await pool.call("nothing");
    samples.push((performance.now() - started) * 1_000);
  }
  return median(samples);
}

/** Nanoseconds of processor time that this process and all that descend from it have used. */
function familyCpuNs(): number {
  if (process.platform !== "linux") throw new Unavailable("it is read from /proc");
  const parentOf = new Map<string, string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = textOf(`/proc/${pid}/stat`);
    parentOf.set(pid, stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "");
  }
  const own = String(process.pid);
  const isOurs = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === own || isOurs(parentOf.get(pid)));
  let sum = 0;
  for (const pid of [...parentOf.keys()].filter(isOurs)) {
    for (const thread of threadsOf(pid)) {
      sum += Number(textOf(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0]);
    }
  }
  return sum;
}

function threadsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it ended
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Bytes that this process holds: its heap, its buffers, and the shared memory that it touched. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  const shared = /^RssShmem:\s+(\d+) kB/m.exec(textOf("/proc/self/status"))?.[1] ?? "0";
  return heapUsed + external + Number(shared) * 1_024;
}

const TINY = 20_000;
const QUEUED = 100_000;
const ITEMS = 100_000;
const LARGE_NUMBERS = 8 * 1_024 * 1_024;

export type PoolMeasure =
  | "roundTrip"
  | "roundTripAfterIdle"
  | "roundTripAfterWork"
  | "idle"
  | "tinyTasks"
  | "mapItems"
  | "firstResult"
  | "large"
  | "cores"
  | "queuedBytes"
  | "queuedBytesOfMillion";

export function measuresOf(open: Open): Readonly<Record<PoolMeasure, Measure>> {
  return {
    /** Microseconds of a call that does nothing, one after another, one worker. */
    roundTrip: (effort) =>
      using(open, 1, async (pool) => {
        await roundTrips(pool, 500);
        return await roundTrips(pool, 4_000 * effort);
      }),

    /** The same, each after 10 ms in which nothing happened. */
    roundTripAfterIdle: (effort) =>
      using(open, 1, (pool) => roundTrips(pool, 100 * effort, () => pause(10))),

    /** The same of a pool that has been at work before, so that its code is compiled. */
    roundTripAfterWork: (effort) =>
      using(open, 1, async (pool) => {
        await roundTrips(pool, 20_000 * effort);
        return await roundTrips(pool, 100 * effort, () => pause(10));
      }),

    /** Percents of a core that the program and its two workers use while there is nothing to do. */
    idle: (effort) =>
      using(open, 2, async () => {
        await pause(500);
        const [before, started] = [familyCpuNs(), performance.now()];
        await pause(5_000 * effort);
        const elapsedNs = (performance.now() - started) * 1e6;
        return ((familyCpuNs() - before) / elapsedNs) * 100;
      }),

    /** Calls that do nothing, each submitted by itself, per second; two workers. */
    tinyTasks: (effort) =>
      using(open, 2, async (pool) => {
        const one = async (): Promise<number> =>
          (TINY / (await timed(() => calls(pool, TINY)))) * 1_000;
        return median(await repeated(7 * effort, one));
      }),

    /** Items of a map over trivial ones, per second; two workers, chunks as the pool chooses. */
    mapItems: (effort) =>
      using(open, 2, async (pool) => {
        const items = Array.from({ length: ITEMS }, (_, index) => index);
        const one = async (): Promise<number> =>
          (ITEMS / (await timed(() => pool.map!("identity", items)))) * 1_000;
        return median(await repeated(15 * effort, one));
      }),

    /** Milliseconds from the start of the program to the first result; two workers. */
    firstResult: async () => {
      const pool = await open(2);
      await limited(pool.call("nothing"));
      const elapsed = performance.now();
      await Promise.race([pool.close(), pause(1_000)]);
      return elapsed;
    },

    /** Milliseconds for 64 MB of numbers there and back, when warm. */
    large: (effort) =>
      using(open, 1, async (pool) => {
        const array = new Float64Array(LARGE_NUMBERS).map((_, index) => index);
        const samples: number[] = [];
        for (let round = 0; round < 3 + 7 * effort; round++) {
          samples.push(await timed(() => pool.call("identity", array)));
        }
        return median(samples.slice(2));
      }),

    /**
     * How many times faster two workers are than one, at work that only computes: 16 tasks of some
     * 50 ms each. With tasks of 5 ms it was the handing out of 16 results that made the difference.
     */
    cores: async (effort) => {
      const rounds = Math.ceil(40_000_000 * effort);
      const run = (pool: OpenPool): Promise<number> =>
        timed(() => Promise.all(Array.from({ length: 16 }, () => pool.call("burn", rounds))));
      const warmAndRun = async (pool: OpenPool): Promise<number> => (await run(pool), run(pool));
      return (await using(open, 1, warmAndRun)) / (await using(open, 2, warmAndRun));
    },

    /** Bytes that each of many queued tasks takes. */
    queuedBytes: (effort) => queuedBytes(open, QUEUED * effort),
    /** The same for a million, all of which have to settle. */
    queuedBytesOfMillion: (effort) => queuedBytes(open, 1_000_000 * effort),
  };
}

const queuedBytes = (open: Open, count: number): Promise<number> =>
  using(open, 2, async (pool) => {
    const results: PromiseLike<unknown>[] = Array.from({ length: count });
    const before = heldBytes();
    for (let index = 0; index < count; index++) results[index] = pool.call("identity", index);
    const bytes = (heldBytes() - before) / count;
    await limited(Promise.all(results));
    return bytes;
  });
