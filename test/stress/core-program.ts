/**
 * A process, or a thread of one, that uses the core at random until it is killed, or its parent's
 * pipe closes. Ends with code 3 and says why when something is wrong. Arguments: seed, process and
 * descriptor of the family's memory, threads, locks, ring (block, stamp).
 */
import { writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, threadId } from "node:worker_threads";
import { atomics } from "#internal/core/atomics.js";
import { waitBlocking } from "#internal/core/block-wait.js";
import { OBJECT_AT } from "#internal/core/blocks.js";
import { Deadline } from "#internal/core/deadline.js";
import { adoptFamily, familyMember } from "#internal/core/family-arena.js";
import { isAlive } from "#internal/core/latch.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { Ring } from "#internal/core/ring.js";
import { ResourceLimitError } from "manyhands/errors";
import { createLock, lockWait, unlock } from "../core/toy-lock.ts";
import { randomFrom } from "../model/random.ts";

/** Words of a lock's object that it guards: who is inside, and how often somebody was. */
export const INSIDE = OBJECT_AT + 2;
export const VISITS = OBJECT_AT + 3;

const MOST_BLOCKS = 20;

const [seed, pid, fd, threads, ...handles] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
  ...number[],
];
const member = isMainThread ? adoptFamily({ pid, fd }) : familyMember();
const { arena, allocator } = member;
const ringHandle = { block: handles.at(-2)!, stamp: handles.at(-1)! };
const locks = handles.slice(0, -2);
const ring = new Ring(member, ringHandle);
const random = randomFrom(seed * 100 + threadId);
const blocks: { block: number; words: number; mark: number }[] = [];

function fail(why: string): never {
  writeSync(2, `seed ${seed}, process ${process.pid}, thread ${threadId}: ${why}\n`);
  process.kill(process.pid, "SIGABRT");
  throw new Error(why);
}

function visit(lock: number): void {
  const inside = atomics.exchange(arena.words, lock + INSIDE, member.id);
  if (inside !== 0 && inside !== member.id && isAlive(arena, inside)) fail("two have a lock");
  atomics.add(arena.words, lock + VISITS, 1);
  const still = atomics.compareExchange(arena.words, lock + INSIDE, member.id, 0);
  if (still !== member.id) fail(`${still} went into the lock of ${member.id}`);
  unlock(member, lock);
}

function lockSync(lock: number): void {
  if (waitBlocking(member, lockWait(member, lock), new Deadline(random() * 50)) >= 0) visit(lock);
}

async function lockInLoop(lock: number): Promise<void> {
  const token = await loopWaits(member).wait(lockWait(member, lock), { timeoutMs: random() * 50 });
  if (token >= 0) visit(lock);
}

function allocate(): void {
  const bytes = Math.floor(random() < 0.9 ? random() * 2_000 : random() * 300_000);
  try {
    const block = allocator.allocate(bytes, 0);
    const words = Math.ceil(bytes / 4);
    const mark = Math.floor(random() * 2 ** 30);
    arena.words.fill(mark, block, block + words);
    blocks.push({ block, words, mark });
  } catch (error) {
    if (!(error instanceof ResourceLimitError)) fail(String(error));
  }
}

function free(): void {
  const at = Math.floor(random() * blocks.length);
  const [one] = blocks.splice(at, 1);
  if (one === undefined) return;
  const content = arena.words.subarray(one.block, one.block + one.words);
  if (!content.every((word) => word === one.mark)) fail("somebody wrote into our block");
  allocator.free(one.block);
}

function write(): void {
  const word = Math.floor(random() * 2 ** 30);
  const message = new Int32Array(1 + Math.floor(random() * 30)).fill(word);
  ring.tryWrite(new Uint8Array(message.buffer));
}

function checkMessage(message: Uint8Array | undefined): void {
  if (message === undefined) return;
  const [first, ...rest] = new Int32Array(Uint8Array.from(message).buffer);
  if (!rest.every((word) => word === first)) fail("a torn message");
}

async function readInLoop(): Promise<void> {
  checkMessage(await ring.read({ timeoutMs: random() * 20 }));
}

async function step(): Promise<void> {
  const choice = random();
  const lock = locks[Math.floor(random() * locks.length)]!;
  if (choice < 0.2) lockSync(lock);
  else if (choice < 0.4) await Promise.all([lockInLoop(lock), readInLoop()]);
  else if (choice < 0.6 && blocks.length < MOST_BLOCKS) allocate();
  else if (choice < 0.7) free();
  else if (choice < 0.8) write();
  else if (choice < 0.85) checkMessage(ring.readSync({ timeoutMs: random() * 20 }));
  else if (choice < 0.9) await Promise.all([readInLoop(), readInLoop()]);
  else member.letGo(createLock(member));
}

async function run(): Promise<void> {
  for (let steps = 0; ; steps++) {
    await step();
    // Also let timers and the end of the parent be seen.
    if (steps % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

if (isMainThread) {
  for (let thread = 1; thread < threads; thread++) {
    new Worker(fileURLToPath(import.meta.url), { argv: process.argv.slice(2) });
  }
  process.stdin.once("close", () => process.exit(0)).resume();
}
run().catch((error: unknown) => fail(String(error)));
