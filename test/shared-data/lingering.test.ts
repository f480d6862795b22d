/** A buffer that its maker let go of while it is on its way is kept until another has it. */
import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Queue, closeBuffer, shareBuffer } from "manyhands/multiprocessing";
import { processes } from "../contracts/backend.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { collectAtTheEnd } from "./collect.js";

const linux = process.platform === "linux";
const limit = { timeout: 60_000, skip: !linux && "descriptors are counted in /proc" };

collectAtTheEnd();
await expectNoLeftovers({ warmUp: () => new Queue().get({ timeoutMs: 1 }).catch(() => {}) });

/** How many files of blocks this process has open. */
const open = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes("manyhands-block");
    } catch {
      return false; // that of the listing itself
    }
  }).length;

test("its maker hears when another process has it", limit, async () => {
  const [there, back] = [new Queue(), new Queue()];
  const before = open();
  const bytes = shareBuffer(1_000);
  bytes[7] = 7;
  await there.put(bytes);
  closeBuffer(bytes);
  await setImmediate();
  assert.equal(open(), before + 1);
  const party = processes.party();
  await party.do([there, back], (from, to) => {
    const arrived = from.getSync() as Uint8Array;
    to.putSync(arrived[7]);
  });
  assert.equal(await back.get(), 7);
  while (open() > before) await setImmediate();
  await party.end();
});

test("its maker hears when nobody can have it any more", limit, async () => {
  const queue = new Queue();
  const before = open();
  const bytes = shareBuffer(1_000);
  await queue.put(bytes);
  closeBuffer(bytes);
  assert.equal(open(), before + 1);
  queue.shutdown({ immediate: true });
  while (open() > before) await setImmediate();
});

test("its maker hears when who had it on its way died", limit, async () => {
  const [there, back] = [new Queue(), new Queue()];
  const before = open();
  const party = processes.party();
  const bytes = shareBuffer(1_000);
  await there.put([there, bytes]);
  // It takes the message and dies before it has opened the block.
  await party.do([there, back], (from, to) => {
    const arrived = from.getSync() as [unknown, Uint8Array];
    to.putSync(arrived[1].length);
  });
  assert.equal(await back.get(), 1_000);
  closeBuffer(bytes);
  await party.kill();
  while (open() > before) await setImmediate();
});
