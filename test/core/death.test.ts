import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type Handle } from "#internal/core/blocks.js";
import { familyMember } from "#internal/core/family-arena.js";
import { dropLatch, takeLatch } from "#internal/core/latch.js";
import { slotOf } from "#internal/core/layout.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import type { Member } from "#internal/core/member.js";
import { bucketFor, count } from "#internal/core/queues.js";
import { settle, sweep } from "#internal/core/settle.js";
import { isListed } from "#internal/core/slots.js";
import { whyNoPlatform } from "#internal/platform/load.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { Peer } from "./peer.ts";
import { createLock, lockWait, ownerOf, unlock } from "./toy-lock.ts";

const why = whyNoPlatform();
const shared = {
  skip: why === null ? false : `no memory shared between processes: ${why}`,
  timeout: 60_000,
};

let member: Member;
let lock: Handle;

await expectNoLeftovers({
  warmUp: () => {
    if (why !== null) return;
    member = familyMember();
    loopWaits(member);
  },
});
before(() => {
  if (why === null) lock = createLock(member);
});
after(() => {
  if (why === null) member.letGo(lock);
});

async function untilQueued(waiters: number): Promise<void> {
  while (count(member.arena, bucketFor(lock.block), lock.block) !== waiters) await setTimeout(1);
}

function assertNothingLeftOf(...peers: readonly Peer[]): void {
  sweep(member);
  for (const peer of peers) assert.equal(isListed(member.arena, peer.id), false);
  assert.equal(count(member.arena, bucketFor(lock.block), lock.block), 0);
  assert.equal(ownerOf(member, lock.block), 0);
}

test("a latch whose holder was killed is taken over", shared, async () => {
  await using holder = await Peer.start();
  await holder.ask("latch", lock.block, "latched");
  await holder.kill();
  assert.equal(takeLatch(member.arena, bucketFor(lock.block), member.id), true);
  dropLatch(member.arena, bucketFor(lock.block));
  assertNothingLeftOf(holder);
});

for (const how of ["lock", "lock-in-loop"]) {
  const where = how === "lock" ? "a blocking call" : "its event loop";

  test(`who waits alone in ${where} gets the lock of a killed owner`, shared, async () => {
    await using owner = await Peer.start();
    await using waiter = await Peer.start();
    await owner.ask("lock", lock.block, "locked");
    await waiter.ask(how, lock.block, "locking");
    await untilQueued(1);
    owner.signal("SIGKILL");
    await waiter.says("locked");
    await waiter.ask("unlock", lock.block, "unlocked");
    await owner.ended();
    await waiter.kill();
    assertNothingLeftOf(owner, waiter);
  });

  test(`who is killed while it waits in ${where} is passed over`, shared, async () => {
    await using owner = await Peer.start();
    await using dead = await Peer.start();
    await using next = await Peer.start();
    await owner.ask("lock", lock.block, "locked");
    await dead.ask(how, lock.block, "locking");
    await untilQueued(1);
    await next.ask(how, lock.block, "locking");
    await untilQueued(2);
    await dead.kill();
    await owner.ask("unlock", lock.block, "unlocked");
    await next.says("locked");
    await next.ask("unlock", lock.block, "unlocked");
    await owner.kill();
    await next.kill();
    assertNothingLeftOf(owner, dead, next);
  });

  test(`who waits in ${where} finds out that its waker was killed on the way`, shared, async () => {
    await using owner = await Peer.start();
    await using waiter = await Peer.start();
    await owner.ask("lock", lock.block, "locked");
    await waiter.ask(how, lock.block, "locking");
    await untilQueued(1);
    owner.tell("unlock-and-die", lock.block);
    await waiter.says("locked");
    await waiter.ask("unlock", lock.block, "unlocked");
    await owner.ended();
    await waiter.kill();
    assertNothingLeftOf(owner, waiter);
  });
}

test("a stopped owner keeps its lock, and nothing of it is settled", shared, async () => {
  await using owner = await Peer.start();
  await using blocked = await Peer.start();
  await using looping = await Peer.start();
  await owner.ask("lock", lock.block, "locked");
  await blocked.ask("lock", lock.block, "locking");
  await untilQueued(1);
  await looping.ask("lock-in-loop", lock.block, "locking");
  await untilQueued(2);
  owner.signal("SIGSTOP");
  // Some slices of the sleepers, each of whom looks for the dead.
  await setTimeout(900);
  sweep(member);
  assert.equal(ownerOf(member, lock.block), owner.id);
  assert.equal(isListed(member.arena, owner.id), true);
  assert.equal(blocked.hasSaid("locked") || looping.hasSaid("locked"), false);
  owner.signal("SIGCONT");
  await owner.ask("unlock", lock.block, "unlocked");
  await blocked.says("locked");
  await blocked.ask("unlock", lock.block, "unlocked");
  await looping.says("locked");
  await looping.ask("unlock", lock.block, "unlocked");
});

test("a stopped holder keeps its latch", shared, async () => {
  await using holder = await Peer.start();
  await using other = await Peer.start();
  await holder.ask("latch", lock.block, "latched");
  holder.signal("SIGSTOP");
  other.tell("lock", lock.block);
  await other.says("locking");
  await setTimeout(300);
  assert.equal(other.hasSaid("locked"), false);
  holder.signal("SIGKILL");
  await other.says("locked");
  await other.ask("unlock", lock.block, "unlocked");
});

test("an event loop is woken by the bell of who has the slot now", shared, async () => {
  sweep(member);
  const token = await loopWaits(member).wait(lockWait(member, lock.block));
  assert.equal(token, 0);
  const slots: number[] = [];
  for (let life = 0; life < 3; life++) {
    await using peer = await Peer.start();
    slots.push(slotOf(peer.id));
    await peer.ask("lock-in-loop", lock.block, "locking");
    await untilQueued(1);
    unlock(member, lock.block);
    await peer.says("locked");
    const back = loopWaits(member).wait(lockWait(member, lock.block));
    await peer.ask("unlock", lock.block, "unlocked");
    assert.equal(await back, 0);
    await peer.kill();
    settle(member, peer.id);
  }
  assert.equal(new Set(slots).size, 1);
  unlock(member, lock.block);
});
