/** Node's own ways to run code elsewhere, and CPython's start methods. */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { Unavailable } from "../unavailable.js";

const EMPTY = join(import.meta.dirname, "empty-program.js");
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_processes.py");

const median = (samples: number[]): number => samples.sort((a, b) => a - b)[samples.length >> 1]!;

/** Milliseconds for each start and end of a `child_process.fork`. */
export async function forkOneByOne(effort: number): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < Math.ceil(15 * effort); index++) {
    const started = performance.now();
    await once(fork(EMPTY), "exit");
    samples.push(performance.now() - started);
  }
  return median(samples);
}

/** Milliseconds from `fork` to the first line of the child's program. */
export async function forkToUserCode(effort: number): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < Math.ceil(15 * effort); index++) {
    const started = performance.timeOrigin + performance.now();
    const child = fork(EMPTY, ["clock"]);
    const [arrived] = (await once(child, "message")) as [number];
    samples.push(arrived - started);
    await once(child, "exit");
  }
  return median(samples);
}

/** Milliseconds for each run of something that starts a thread and waits for its end. */
export async function threadClockOf(effort: number, run: () => Promise<void>): Promise<number> {
  await run();
  const samples: number[] = [];
  for (let index = 0; index < Math.ceil(25 * effort); index++) {
    const started = performance.now();
    await run();
    samples.push(performance.now() - started);
  }
  return median(samples);
}

export async function workerOneByOne(effort: number): Promise<number> {
  return await threadClockOf(effort, async () => {
    await once(new Worker(EMPTY), "exit");
  });
}

function python(method: string, count: number): number {
  const { stdout, stderr, status, error } = spawnSync("python3", [SCRIPT, method, String(count)], {
    encoding: "utf8",
  });
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

export const pythonForkserver = (effort: number): number =>
  python("forkserver", Math.ceil(30 * effort));
export const pythonFork = (effort: number): number => python("fork", Math.ceil(60 * effort));
export const pythonSpawn = (effort: number): number => python("spawn", Math.ceil(15 * effort));
