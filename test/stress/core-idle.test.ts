/** What it costs to sleep: how often processes run that wait for what does not come. */
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
/** Of which each takes some tens of microseconds. */
const MOST_PER_SECOND = 20;

/** How many times the threads of a process were put on a processor. */
function timesRun(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => {
    const [, , times] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ");
    return sum + Number(times);
  }, 0);
}

test("a sleeper runs a few times a second", { skip: why ?? false }, async () => {
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
  const before = pids.map(timesRun);
  await setTimeout(SECONDS * 1_000);
  const rates = pids.map((pid, index) => (timesRun(pid) - before[index]!) / SECONDS);
  console.log(`times a second, asleep in a blocking call: ${rates[0]}; in the loop: ${rates[1]}`);
  assert.ok(
    rates.every((rate) => rate < MOST_PER_SECOND),
    `${rates.join(" and ")} a second`,
  );
  void [other, another];
});
