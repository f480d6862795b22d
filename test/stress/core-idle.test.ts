/** What it costs to sleep: the processor time of processes that wait for what does not come. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import { familyMember } from "#internal/core/family-arena.js";
import { bucketFor, count } from "#internal/core/queues.js";
import { field, S_PID } from "#internal/core/slots.js";
import { whyNoPlatform } from "#internal/platform/load.js";
import { Peer } from "../core/peer.ts";
import { createLock, lockWait } from "../core/toy-lock.ts";

const why = whyNoPlatform();
const SECONDS = 5;
const MOST_SHARE = 0.001;

/** Milliseconds that all threads of a process have run. */
function ranMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => {
    const [ran] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ");
    return sum + Number(ran) / 1e6;
  }, 0);
}

test("a sleeper costs less than 0.1 % of a core", { skip: why ?? false }, async () => {
  const member = familyMember();
  const lock = createLock(member);
  waitBlocking(member, lockWait(member, lock.block), new Deadline(Infinity));
  await using blocked = await Peer.start();
  await using looping = await Peer.start();
  // More of the family, whom the sleepers look at.
  await using other = await Peer.start();
  await using another = await Peer.start();
  await blocked.ask("lock", lock.block, "locking");
  await looping.ask("lock-in-loop", lock.block, "locking");
  while (count(member.arena, bucketFor(lock.block), lock.block) !== 2) await setTimeout(1);
  await setTimeout(1_000);
  const pids = [blocked, looping].map(({ id }) => field(member.arena, id, S_PID));
  const before = pids.map(ranMs);
  await setTimeout(SECONDS * 1_000);
  const shares = pids.map((pid, index) => (ranMs(pid) - before[index]!) / (SECONDS * 1_000));
  const [sync, loop] = shares.map((share) => `${(share * 100).toFixed(4)} %`);
  console.log(`asleep in a blocking call: ${sync} of a core; in the event loop: ${loop}`);
  assert.ok(shares.every((share) => share < MOST_SHARE));
  void [other, another];
});
