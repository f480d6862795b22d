/** Our locks: alone, disputed by two, from event loops, and with the search for deadlocks on. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import * as multiprocessing from "manyhands/multiprocessing";
import * as threading from "manyhands/threading";
import { adoptFamily, familyAddress, familyMember } from "#internal/core/family-arena.js";
import { threadMember } from "#internal/core/thread-arena.js";
import { fromHandle, handleOf } from "#internal/sync/handles.js";

type Lock = threading.Lock;
type Handle = ReturnType<typeof handleOf>;

const PAIRS = 1_000_000;
const SECONDS = 0.5;

function pairsPerSecond(lock: Lock, effort: number): number {
  const run = (pairs: number): void => {
    for (let pair = 0; pair < pairs; pair++) {
      lock.acquireSync();
      lock.release();
    }
  };
  run(100_000);
  const pairs = PAIRS * effort;
  const start = performance.now();
  run(pairs);
  return (pairs / (performance.now() - start)) * 1_000;
}

/** Pairs of acquireSync and release per second, of a lock that nobody disputes. */
export const threadLock = (effort: number): number => pairsPerSecond(new threading.Lock(), effort);
export const lock = (effort: number): number => pairsPerSecond(new multiprocessing.Lock(), effort);
export const rlock = (effort: number): number =>
  pairsPerSecond(new multiprocessing.RLock(), effort);

/** The same while deadlocks are looked for. */
export function lockDetecting(effort: number): number {
  multiprocessing.detectDeadlocks();
  return lock(effort);
}
export function rlockDetecting(effort: number): number {
  multiprocessing.detectDeadlocks();
  return rlock(effort);
}

async function microsecondsOf(pair: () => Promise<unknown>, effort: number): Promise<number> {
  const run = async (pairs: number): Promise<void> => {
    for (let done = 0; done < pairs; done++) await pair();
  };
  await run(20_000);
  const pairs = PAIRS * effort * 0.3;
  const start = performance.now();
  await run(pairs);
  return ((performance.now() - start) * 1_000) / pairs;
}

/** Microseconds of one awaited acquire and release that nobody disputes. */
export async function acquire(effort: number): Promise<number> {
  const lock = new multiprocessing.Lock();
  const run = async (pairs: number): Promise<void> => {
    for (let pair = 0; pair < pairs; pair++) {
      await lock.acquire();
      lock.release();
    }
  };
  await run(20_000);
  const pairs = PAIRS * effort * 0.3;
  const start = performance.now();
  await run(pairs);
  return ((performance.now() - start) * 1_000) / pairs;
}

export function run(effort: number): Promise<number> {
  const lock = new multiprocessing.Lock();
  return microsecondsOf(() => lock.run(() => {}), effort);
}

function hammer(lock: Lock, seconds: number): number {
  let pairs = 0;
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    for (let pair = 0; pair < 100; pair++) {
      lock.acquireSync();
      lock.release();
    }
    pairs += 100;
  }
  return pairs;
}

const ownFile = fileURLToPath(import.meta.url);

/** Pairs per second of two processes together that want the same lock. */
export async function contended(effort: number): Promise<number> {
  const lock = new multiprocessing.Lock();
  const start = new multiprocessing.Event();
  const seconds = SECONDS * effort;
  const part = { address: familyAddress(), lock: handleOf(lock), start: handleOf(start), seconds };
  const peer = spawn(process.execPath, [ownFile, JSON.stringify(part)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  peer.stdout.on("data", (text: Buffer) => (output += text.toString()));
  await start.wait();
  const own = hammer(lock, seconds);
  await once(peer, "close");
  return (own + Number(output)) / seconds;
}

/** The same with two threads. */
export async function contendedThreads(effort: number): Promise<number> {
  const lock = new threading.Lock();
  const start = new threading.Event();
  const seconds = SECONDS * effort;
  const part = { lock: handleOf(lock), start: handleOf(start), seconds };
  const peer = new Worker(ownFile, { workerData: part });
  const counted = once(peer, "message") as Promise<[number]>;
  await start.wait();
  const own = hammer(lock, seconds);
  const [other] = await counted;
  return (own + other) / seconds;
}

interface Part {
  readonly address?: { pid: number; fd: number };
  readonly lock: Handle;
  readonly start: Handle;
  readonly seconds: number;
}

function takePart({ address, lock, start, seconds }: Part): number {
  if (address !== undefined) adoptFamily(address);
  const sync = address === undefined ? threading : multiprocessing;
  const memberOf = address === undefined ? threadMember : familyMember;
  const disputed = fromHandle<Lock>(sync.Lock, memberOf, lock);
  fromHandle<threading.Event>(sync.Event, memberOf, start).set();
  return hammer(disputed, seconds);
}

if (isMainThread && process.argv[1] === ownFile) {
  process.stdout.write(String(takePart(JSON.parse(process.argv[2]!) as Part)));
} else if (!isMainThread && workerData !== null) {
  const { parentPort } = await import("node:worker_threads");
  parentPort!.postMessage(takePart(workerData as Part));
}
