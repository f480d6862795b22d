import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { BrokenBarrierError, NotOwnerError, TimeoutError } from "manyhands/errors";
import { Manager, Process, Queue, type SyncManager } from "manyhands/multiprocessing";
import { untilBlocked } from "../support/until-blocked.js";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

/** Runs `work` in a child that then stays until it is killed; answers how to kill it. */
async function held<A extends unknown[]>(
  work: (...args: A) => unknown,
  ...args: A
): Promise<() => Promise<void>> {
  const mail = new Queue();
  const child = new Process({
    target: async (box: Queue, body: (...args: A) => unknown, given: A) => {
      await body(...given);
      await box.put("done");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    },
    args: [mail, work, args],
  });
  await child.start();
  await mail.get();
  return async () => {
    child.kill();
    await child.join();
  };
}

test("a lock is had by one at a time, in order of arrival", LIMIT, async () => {
  const lock = await manager.Lock({ name: "door" });
  assert.equal(await lock.name(), "door");
  assert.equal(await lock.acquire(), true);
  assert.equal(await lock.locked, true);
  assert.equal(lock.lockedSync(), true);
  assert.equal(await lock.acquire({ timeoutMs: 5 }), false);
  assert.equal(lock.tryAcquireSync(), false);
  await assert.rejects(lock.hold({ timeoutMs: 1 }), TimeoutError);
  const order: number[] = [];
  const waits = [1, 2, 3].map(async (number) => {
    await lock.run(() => order.push(number));
  });
  await untilBlocked(() => lock.waitingSync() === 3);
  await lock.release();
  await Promise.all(waits);
  assert.deepEqual(order, [1, 2, 3]);
  await assert.rejects(lock.release(), NotOwnerError);
  {
    using guard = lock.holdSync();
    assert.equal(guard.released, false);
  }
  assert.equal(await lock.locked, false);
});

test("a lock knows the thread that holds it", LIMIT, async () => {
  const lock = await manager.Lock({ name: "door" });
  assert.equal(await lock.owner, null);
  await lock.acquire();
  assert.deepEqual(await lock.owner, { pid: process.pid, threadId: 0, name: "MainProcess" });
  await lock.release();
  const thread = new Thread({
    name: "keeper",
    target: () => {
      lock.acquireSync();
      return lock.ownerSync();
    },
  });
  await thread.start();
  const owner = await thread.result();
  assert.deepEqual(owner, { pid: process.pid, threadId: owner?.threadId, name: "keeper" });
  assert.notEqual(owner?.threadId, 0);
});

test("an abort ends a wait for a lock, and leaves no trace", LIMIT, async () => {
  const lock = await manager.Lock();
  await lock.acquire();
  const controller = new AbortController();
  const waiting = lock.acquire({ signal: controller.signal });
  await untilBlocked(() => lock.waitingSync() === 1);
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  assert.equal(lock.waitingSync(), 0);
  await assert.rejects(lock.acquire({ signal: controller.signal }), /enough/);
  await lock.release();
});

test("bad times are refused", LIMIT, async () => {
  const lock = await manager.Lock();
  await assert.rejects(lock.acquire({ timeoutMs: -1 }), RangeError);
  assert.throws(() => lock.acquireSync({ timeoutMs: Number.NaN }), RangeError);
  await assert.rejects(manager.Semaphore(-1), RangeError);
  await assert.rejects(manager.Barrier(0), RangeError);
  await assert.rejects(manager.Queue(1.5), RangeError);
});

test("what is no name and no count is refused", LIMIT, async () => {
  for (const options of [5, "door", null] as never[]) {
    await assert.rejects(manager.Lock(options), TypeError);
    await assert.rejects(manager.RLock(options), TypeError);
  }
  const semaphore = await manager.BoundedSemaphore(1);
  await assert.rejects(semaphore.release("1" as never), TypeError);
  const condition = await manager.Condition();
  await condition.run(() => assert.rejects(condition.notify("1" as never), TypeError));
});

test("an RLock nests for its owner alone", LIMIT, async () => {
  const lock = await manager.RLock();
  await lock.run(async () => {
    await lock.run(async () => assert.equal(await lock.depth, 2));
    const thread = new Thread({ target: () => lock.tryAcquireSync() });
    await thread.start();
    assert.equal(await thread.result(), false);
  });
  assert.equal(lock.acquireSync(), true);
  assert.equal(lock.acquireSync(), true);
  const thread = new Thread({ target: () => lock.releaseSync() });
  await thread.start();
  await assert.rejects(thread.result(), NotOwnerError);
  lock.releaseSync();
  lock.releaseSync();
  assert.equal(lock.lockedSync(), false);
});

test("the lock of a process that is killed goes to the next, who is told", LIMIT, async () => {
  const lock = await manager.Lock();
  const kill = await held((taken: typeof lock) => taken.acquireSync(), lock);
  assert.equal(await lock.tryAcquire(), false);
  const next = lock.hold();
  await untilBlocked(() => lock.waitingSync() === 1);
  const warning = once(process, "warning");
  await kill();
  const guard = await next;
  assert.equal(guard.abandoned, true);
  assert.match(((await warning) as [Error])[0].message, /was abandoned/);
  await guard.release();
  assert.equal((await lock.hold()).abandoned, false);
});

test("a thread that is terminated gives its lock back", LIMIT, async () => {
  const lock = await manager.RLock();
  const mail = new Queue();
  const thread = new Thread({
    target: async (box: Queue) => {
      await lock.acquire();
      box.putSync("mine");
      lock.acquireSync({ timeoutMs: 60_000 });
    },
    args: [mail],
  });
  await thread.start();
  await mail.get();
  const next = lock.hold();
  await thread.terminate();
  assert.equal((await next).abandoned, true);
});

test("permits of a killed process come back", LIMIT, async () => {
  const semaphore = await manager.BoundedSemaphore(2);
  const kill = await held(async (taken: typeof semaphore) => {
    taken.acquireSync();
    await taken.acquire();
  }, semaphore);
  assert.equal(await semaphore.value, 0);
  const next = semaphore.acquire();
  await untilBlocked(() => semaphore.waitingSync() === 1);
  await kill();
  assert.equal(await next, true);
  await untilBlocked(() => semaphore.valueSync() === 1);
  await semaphore.release();
  await assert.rejects(semaphore.release(), RangeError);
});

test("a condition lets those go who are notified, under its lock", LIMIT, async () => {
  const lock = await manager.Lock();
  const condition = await manager.Condition(lock);
  await assert.rejects(condition.notify(), NotOwnerError);
  let ready = false;
  const waiting = condition.run(async () => {
    const seen = await condition.waitFor(() => ready);
    assert.equal(await lock.locked, true);
    return seen;
  });
  await untilBlocked(() => condition.waitingSync() === 1);
  await condition.run(async () => {
    ready = true;
    await condition.notifyAll();
  });
  assert.equal(await waiting, true);
  await condition.run(async () => {
    assert.throws(() => condition.waitForSync(async () => false), /answer at once/);
    assert.equal(await condition.wait({ timeoutMs: 5 }), false);
  });
  assert.equal(await lock.locked, false);
});

test("an event lets all go who wait, in other processes too", LIMIT, async () => {
  const event = await manager.Event();
  assert.equal(await event.wait({ timeoutMs: 1 }), false);
  const child = new Process({ target: (flag: typeof event) => flag.waitSync(), args: [event] });
  await child.start();
  await untilBlocked(() => event.waitingSync() === 1);
  const here = event.wait();
  await event.set();
  assert.equal(await child.result(), true);
  assert.equal(await here, true);
  assert.equal(await event.isSet, true);
  await event.clear();
  assert.equal(event.isSetSync(), false);
});

test("a barrier opens when all are there", LIMIT, async () => {
  const barrier = await manager.Barrier(3);
  const child = new Process({ target: (b: typeof barrier) => b.waitSync(), args: [barrier] });
  await child.start();
  await untilBlocked(() => barrier.waitingSync() === 1);
  const places = await Promise.all([barrier.wait(), barrier.wait(), child.result()]);
  assert.deepEqual(
    places.sort((a, b) => a - b),
    [0, 1, 2],
  );
});

test("a barrier breaks with a party that is killed or late", LIMIT, async () => {
  const barrier = await manager.Barrier(3);
  const kill = await held((b: typeof barrier) => void b.wait().catch(() => {}), barrier);
  const waiting = barrier.wait();
  const broke = assert.rejects(waiting, BrokenBarrierError);
  await untilBlocked(() => barrier.waitingSync() === 2);
  await kill();
  await broke;
  assert.equal(await barrier.broken, true);
  await assert.rejects(barrier.wait(), BrokenBarrierError);
  await barrier.reset();
  const parties = [barrier.wait(), barrier.wait({ timeoutMs: 5 })];
  for (const { status, reason } of (await Promise.allSettled(parties)) as PromiseRejectedResult[]) {
    assert.equal(status, "rejected");
    assert.ok(reason instanceof BrokenBarrierError);
  }
});
