/** The core's side: two parties that wake each other, rings, and the allocator. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { atomics } from "#internal/core/atomics.js";
import { waitBlocking } from "#internal/core/block-wait.js";
import { type Handle, OBJECT_AT } from "#internal/core/blocks.js";
import { Deadline } from "#internal/core/deadline.js";
import { adoptFamily, familyAddress, familyMember } from "#internal/core/family-arena.js";
import { registerKind } from "#internal/core/kinds.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import type { Member } from "#internal/core/member.js";
import { bucketFor } from "#internal/core/queues.js";
import { Ring } from "#internal/core/ring.js";
import { threadMember } from "#internal/core/thread-arena.js";
import { latched, notifyAll } from "#internal/core/wake.js";
import { WAIT, type Waitable } from "#internal/core/waitable.js";

const KIND_COUNTER = 1_000;
registerKind(KIND_COUNTER, { name: "counter", shared: true });

/** A number that one side raises and the other waits for. */
class Counter {
  readonly #member: Member;
  readonly #handle: Handle;

  constructor(member: Member, handle: Handle) {
    this.#member = member;
    this.#handle = handle;
  }

  raiseTo(value: number): void {
    const { block } = this.#handle;
    atomics.store(this.#member.arena.words, block + OBJECT_AT, value);
    const bucket = bucketFor(block);
    latched(this.#member, bucket, () => notifyAll(this.#member, bucket, block));
  }

  #reaches(value: number): Waitable {
    const { block } = this.#handle;
    const { words } = this.#member.arena;
    const attempt = () => (atomics.load(words, block + OBJECT_AT) >= value ? 0 : WAIT);
    return { home: block, key: block, attempt };
  }

  waitForSync(value: number): void {
    waitBlocking(this.#member, this.#reaches(value), new Deadline(10_000));
  }

  async waitFor(value: number): Promise<void> {
    await loopWaits(this.#member).wait(this.#reaches(value));
  }
}

type Style = "blocking" | "loop";

/** What the other party needs to know. */
interface Part {
  readonly role: "echo" | "read";
  readonly ping: Handle;
  readonly pong: Handle;
  readonly trips: number;
  readonly style: Style;
}

const WARM_UP = 3_000;
const ROUND_TRIPS = 10_000;

async function echo(member: Member, { ping, pong, trips, style }: Part): Promise<void> {
  const [asked, answered] = [new Counter(member, ping), new Counter(member, pong)];
  for (let trip = 1; trip <= trips; trip++) {
    if (style === "blocking") asked.waitForSync(trip);
    else await asked.waitFor(trip);
    answered.raiseTo(trip);
  }
}

async function drive(member: Member, { ping, pong, trips, style }: Part): Promise<number> {
  const [ask, answered] = [new Counter(member, ping), new Counter(member, pong)];
  let start = 0;
  for (let trip = 1; trip <= trips; trip++) {
    if (trip === WARM_UP) start = performance.now();
    ask.raiseTo(trip);
    if (style === "blocking") answered.waitForSync(trip);
    else await answered.waitFor(trip);
  }
  return ((performance.now() - start) * 1000) / (trips - WARM_UP);
}

function newPart(member: Member, style: Style, effort: number): Part {
  const [ping, pong] = [member.create(KIND_COUNTER, 1), member.create(KIND_COUNTER, 1)];
  return { role: "echo", ping, pong, trips: WARM_UP + Math.ceil(ROUND_TRIPS * effort), style };
}

function inProcess(part: Part): void {
  const order = JSON.stringify({ part, family: familyAddress() });
  spawn(process.execPath, [fileURLToPath(import.meta.url), order], { stdio: "inherit" });
}

async function betweenThreads(style: Style, effort: number): Promise<number> {
  const member = threadMember();
  const part = newPart(member, style, effort);
  const worker = new Worker(new URL(import.meta.url), { workerData: part });
  worker.unref();
  return drive(member, part);
}

async function betweenProcesses(style: Style, effort: number): Promise<number> {
  const member = familyMember();
  const part = newPart(member, style, effort);
  inProcess(part);
  return drive(member, part);
}

export const threadsBlocking = (effort: number): Promise<number> =>
  betweenThreads("blocking", effort);
export const threadsLoop = (effort: number): Promise<number> => betweenThreads("loop", effort);
export const processesBlocking = (effort: number): Promise<number> =>
  betweenProcesses("blocking", effort);
export const processesLoop = (effort: number): Promise<number> => betweenProcesses("loop", effort);

const MESSAGES = 3_000_000;
const RING_BYTES = 1 << 20;

/** Messages of 64 bytes per second, read in place by the other process. */
export async function ringThroughput(effort: number): Promise<number> {
  const member = familyMember();
  const messages = Math.ceil(MESSAGES * effort);
  const ping = Ring.create(member, RING_BYTES);
  const pong = Ring.create(member, 64);
  inProcess({ role: "read", ping, pong, trips: messages, style: "blocking" });
  const [ring, back] = [new Ring(member, ping, "one"), new Ring(member, pong, "one")];
  back.readSync();
  const message = new Uint8Array(64).fill(1);
  const start = performance.now();
  for (let sent = 0; sent < messages; sent++) ring.writeSync(message);
  back.readSync();
  return messages / ((performance.now() - start) / 1000);
}

function readAll(member: Member, { ping, pong, trips }: Part): void {
  const [ring, back] = [new Ring(member, ping, "one"), new Ring(member, pong, "one")];
  back.writeSync(new Uint8Array(1));
  let read = 0;
  const take = (bytes: Buffer, from: number): number => bytes[from]!;
  while (read < trips) {
    const first = ring.tryTake(take) ?? ring.readSync()![0];
    if (first !== 1) throw new Error("a message is not what was written");
    read++;
  }
  back.writeSync(new Uint8Array(1));
}

const BLOCKS = 1_000_000;

/** Nanoseconds to allocate and free a block of 48 bytes. */
export function allocation(effort: number): number {
  const { allocator } = familyMember();
  const blocks = Math.ceil(BLOCKS * effort);
  const start = performance.now();
  for (let made = 0; made < blocks; made++) allocator.free(allocator.allocate(48, 0));
  return ((performance.now() - start) * 1e6) / blocks;
}

/** The same by a shared buffer of its own for each, which is what there is without an arena. */
export function sharedBuffers(effort: number): number {
  const blocks = Math.ceil(BLOCKS * effort) / 10;
  let bytes = 0;
  const start = performance.now();
  for (let made = 0; made < blocks; made++) bytes += new SharedArrayBuffer(48).byteLength;
  if (bytes === 0) throw new Error("nothing was made");
  return ((performance.now() - start) * 1e6) / blocks;
}

const order = process.argv[2];
if (!isMainThread) {
  await echo(threadMember(), workerData as Part);
} else if (order?.startsWith("{")) {
  const { part, family } = JSON.parse(order) as { part: Part; family: { pid: number; fd: number } };
  const member = adoptFamily(family);
  if (part.role === "echo") await echo(member, part);
  else readAll(member, part);
  process.exit(0);
}
