import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { type Handle, checkHandle } from "#internal/core/blocks.js";
import { Arena } from "#internal/core/arena.js";
import { FIRST_SUPERBLOCK, SLOT_COUNT, SUPERBLOCK_BYTES } from "#internal/core/layout.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { Member } from "#internal/core/member.js";
import { bucketFor, count } from "#internal/core/queues.js";
import { claimSlot } from "#internal/core/slots.js";
import { threadMember, threadParts } from "#internal/core/thread-arena.js";
import { whyNoPlatform } from "#internal/platform/load.js";
import { ClosedError, ResourceLimitError } from "manyhands/errors";
import { runSource } from "../support/run-program.js";
import { createLock, lockWait, unlock } from "./toy-lock.ts";

const why = whyNoPlatform();
const shared = { skip: why === null ? false : `no memory shared between processes: ${why}` };

/** Starts a thread that falls asleep in a blocking wait; `arena` names where. */
const sleepingThread = (arena: "threadMember" | "familyMember"): string => `
  import { Worker } from "node:worker_threads";
  import { familyMember } from "#internal/core/family-arena.js";
  import { threadMember } from "#internal/core/thread-arena.js";
  import { waitBlocking } from "#internal/core/block-wait.js";
  import { Deadline } from "#internal/core/deadline.js";
  import { isMainThread, parentPort, workerData } from "node:worker_threads";
  import { listed } from "#internal/core/slots.js";
  import { eachRecord, W_KEY } from "#internal/core/queues.js";
  const member = ${arena}();
  const never = { home: 4096, key: 4096, attempt: () => -1 };
  if (!isMainThread) {
    parentPort.postMessage("asleep soon");
    waitBlocking(member, never, new Deadline(Infinity));
  }
  async function startSleeper() {
    const worker = new Worker(new URL(import.meta.url));
    await new Promise((resolve) => worker.once("message", resolve));
    const isQueued = () => {
      let queued = false;
      eachRecord(member.arena, (record) => {
        if (member.arena.words[record + W_KEY] === 4096) queued = true;
      });
      return queued;
    };
    while (!isQueued()) await new Promise((resolve) => setTimeout(resolve, 1));
    return worker;
  }`;

for (const arena of ["threadMember", "familyMember"] as const) {
  const options = arena === "familyMember" ? shared : {};

  test(`a thread asleep in a blocking wait can be terminated (${arena})`, options, async () => {
    const source = `${sleepingThread(arena)}
      if (isMainThread) {
        const worker = await startSleeper();
        const before = [...listed(member.arena)].length;
        const begun = performance.now();
        await worker.terminate();
        const ms = performance.now() - begun;
        let left = 0;
        eachRecord(member.arena, () => left++);
        console.log(JSON.stringify({ ms, before, after: [...listed(member.arena)].length, left }));
      }`;
    const { stdout, stderr, code } = await runSource(source);
    assert.equal(code, 0, stderr);
    const { ms, before, after, left } = JSON.parse(stdout);
    assert.ok(ms < 20_000, `it took ${ms} ms`);
    assert.deepEqual({ before, after, left }, { before: 2, after: 1, left: 0 });
  });

  test(`a process with sleeping threads can exit (${arena})`, options, async () => {
    const source = `${sleepingThread(arena)}
      if (isMainThread) {
        await startSleeper();
        await startSleeper();
        console.log(Date.now());
        process.exit(7);
      }`;
    const { stdout, stderr, code } = await runSource(source);
    const ms = Date.now() - Number(stdout);
    assert.equal(code, 7, stderr);
    assert.ok(ms < 20_000, `it took ${ms} ms`);
  });
}

test("threads that a terminated thread had started are settled with it", async () => {
  const source = `
    import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
    import { threadMember } from "#internal/core/thread-arena.js";
    import { listed } from "#internal/core/slots.js";
    const member = threadMember();
    const countThem = () => [...listed(member.arena)].length;
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url), { workerData: "child" });
      await new Promise((resolve) => worker.once("message", resolve));
      const before = countThem();
      await worker.terminate();
      console.log(before, countThem());
    } else if (workerData === "child") {
      const own = new Worker(new URL(import.meta.url), { workerData: "grandchild" });
      own.once("message", () => parentPort.postMessage("both are there"));
    } else {
      parentPort.postMessage("here");
      setInterval(() => {}, 1e6);
    }`;
  const { stdout, stderr } = await runSource(source);
  assert.equal(stdout, "3 1\n", stderr);
});

test("ten thousand waits on one signal leave no listener", async () => {
  const member: Member = threadMember();
  const lock = createLock(member);
  await loopWaits(member).wait(lockWait(member, lock.block));
  const controller = new AbortController();
  const { signal } = controller;
  const never = { home: lock.block, key: lock.block + 1, attempt: () => -1 };
  const waits = Array.from({ length: 10_000 }, () =>
    loopWaits(member)
      .wait(never, { signal, timeoutMs: 60_000 })
      .catch((error: unknown) => error),
  );
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(new Error("enough"));
  const reasons = await Promise.all(waits);
  assert.ok(reasons.every((reason) => (reason as Error).message === "enough"));
  assert.equal(getEventListeners(signal, "abort").length, 0);
  assert.equal(count(member.arena, bucketFor(lock.block), lock.block + 1), 0);
  unlock(member, lock.block);
  member.letGo(lock);
});

test("a handle of a freed object gives ClosedError, also when its place is used again", () => {
  const member = threadMember();
  const lock = createLock(member);
  const stale: Handle = { ...lock };
  checkHandle(member.arena, stale, "lock");
  member.letGo(lock);
  assert.throws(() => checkHandle(member.arena, stale, "lock"), ClosedError);
  const again = createLock(member);
  assert.equal(again.block, stale.block);
  assert.throws(() => checkHandle(member.arena, stale, "lock"), ClosedError);
  assert.throws(() => checkHandle(member.arena, { block: again.block, stamp: 0 }, "lock"), {
    message: /^this lock no longer exists/,
  });
  member.letGo(again);
});

test("one more than all slots gives ResourceLimitError", () => {
  const buffer = new SharedArrayBuffer(FIRST_SUPERBLOCK * SUPERBLOCK_BYTES);
  const arena = new Arena(buffer, "thread", threadParts);
  arena.format();
  const info = { pid: 1, tid: 1, threadId: 0, started: 0, name: "somebody" };
  const ids = new Set<number>();
  for (let slot = 1; slot < SLOT_COUNT; slot++) ids.add(claimSlot(arena, info));
  assert.equal(ids.size, SLOT_COUNT - 1);
  assert.throws(() => claimSlot(arena, info), ResourceLimitError);
});

test("a full arena gives ResourceLimitError and goes on when something is freed", () => {
  const buffer = new SharedArrayBuffer((FIRST_SUPERBLOCK + 3) * SUPERBLOCK_BYTES);
  const arena = new Arena(buffer, "thread", threadParts);
  arena.format();
  const id = claimSlot(arena, { pid: 1, tid: 1, threadId: 0, started: 0, name: "" });
  const { allocator } = new Member(arena, id);
  const blocks = [1, 2, 3].map(() => allocator.allocate(60_000, 0));
  assert.throws(() => allocator.allocate(100, 0), ResourceLimitError);
  assert.throws(() => allocator.allocate(100_000, 0), ResourceLimitError);
  for (const block of blocks) allocator.free(block);
  allocator.free(allocator.allocate(180_000, 0));
  allocator.free(allocator.allocate(100, 0));
});

test("importing the core loads no native code", async () => {
  const source = `
    import { readFileSync } from "node:fs";
    import "#internal/core/family-arena.js";
    import "#internal/core/thread-arena.js";
    import "#internal/core/ring.js";
    import "#internal/core/file-block.js";
    import "manyhands";
    const { sharedObjects } = process.report.getReport();
    console.log(sharedObjects.filter((path) => path.endsWith(".node")).length);`;
  const { stdout, stderr } = await runSource(source);
  assert.equal(stdout, "0\n", stderr);
});
