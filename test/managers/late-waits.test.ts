import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { createTask, sleep } from "manyhands/asyncio";
import {
  BrokenBarrierError,
  CancelledError,
  QueueEmpty,
  QueueFull,
  TimeoutError,
} from "manyhands/errors";
import { Manager, SyncManager } from "manyhands/multiprocessing";
import { Event, Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { untilBlocked } from "../support/until-blocked.js";
import { stopResting } from "../workers/until.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
let lock: Awaited<ReturnType<SyncManager["Lock"]>>;
let queue: Awaited<ReturnType<SyncManager["Queue"]>>;
let event: Awaited<ReturnType<SyncManager["Event"]>>;

before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

// Both links of this thread are open before the server stops.
beforeEach(async () => {
  [lock, queue, event] = [await manager.Lock(), await manager.Queue(), await manager.Event()];
  assert.equal(lock.lockedSync(), false);
});
afterEach(() => goOn());

const stop = (): Promise<void> => stopResting(manager.pid!);
const goOn = (): boolean => process.kill(manager.pid!, "SIGCONT");
const soon = { timeoutMs: 1 };

test("a time-out ends a wait although the server is stopped", LIMIT, async () => {
  await lock.acquire();
  await stop();
  const waits = [event.wait(soon), lock.acquire(soon), queue.join(soon)];
  assert.deepEqual(await Promise.all([...waits, queue.get(soon).catch(nameOf)]), [
    false,
    false,
    false,
    "QueueEmpty",
  ]);
});

test("a blocking wait ends in time although the server is stopped", LIMIT, async () => {
  await stop();
  assert.equal(event.waitSync(soon), false);
  assert.equal(lock.acquireSync(soon), false);
  assert.throws(() => queue.getSync(soon), QueueEmpty);
  goOn();
  assert.equal(event.isSetSync(), false);
});

test("an abort ends a wait although the server is stopped", LIMIT, async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const [full, barrier] = [await manager.Queue(1), await manager.Barrier(2)];
  await full.put("first");
  await stop();
  const waits = [
    event.wait({ signal }),
    lock.hold({ signal }),
    queue.get({ signal }),
    full.put("second", { signal }),
    barrier.wait({ signal }),
  ];
  controller.abort(new Error("enough"));
  for (const { reason } of (await Promise.allSettled(waits)) as PromiseRejectedResult[]) {
    assert.match(String(reason), /enough/);
  }
  goOn();
  assert.equal(await queue.size, 0);
  await untilBlocked(() => event.waitingSync() + barrier.waitingSync() === 0);
  assert.deepEqual([await full.get(), await full.size], ["first", 0]);
});

test("a lock that is had too late is given back", LIMIT, async () => {
  const rlock = await manager.RLock();
  const semaphore = await manager.BoundedSemaphore(1);
  await stop();
  const late = [lock.acquire(soon), rlock.acquire(soon), semaphore.acquire(soon)];
  assert.deepEqual(await Promise.all(late), [false, false, false]);
  goOn();
  assert.equal(await lock.acquire(), true);
  assert.equal(await semaphore.acquire(), true);
  await untilBlocked(() => !rlock.lockedSync());
});

test("a lock that a blocked thread has too late is given back", LIMIT, async () => {
  await stop();
  assert.equal(lock.acquireSync(soon), false);
  goOn();
  assert.equal(await lock.acquire(), true);
  await lock.release();
  await stop();
  assert.equal(lock.acquireSync(soon), false);
  goOn();
  assert.equal(lock.acquireSync(), true);
});

test("a thread that is blocked keeps no lock that it had too late", LIMIT, async () => {
  const [go, done] = [new Event(), new Event()];
  const other = new Thread({
    target: () => {
      go.waitSync();
      lock.acquireSync();
      done.set();
    },
  });
  await other.start();
  await stop();
  assert.equal(lock.acquireSync(soon), false);
  goOn();
  go.set();
  assert.equal(done.waitSync({ timeoutMs: 30_000 }), true);
  await other.join();
});

test("what comes too late over a socket is given back", LIMIT, async () => {
  class Office extends SyncManager {}
  await using office = await new Office({ address: manager.address }).connect();
  const [door, mail] = [await office.Lock(), await office.Queue()];
  await mail.put("letter");
  assert.equal(door.lockedSync(), false);
  await stop();
  assert.equal(await door.acquire(soon), false);
  await assert.rejects(mail.get(soon), QueueEmpty);
  assert.equal(door.acquireSync(soon), false);
  goOn();
  assert.equal(await door.acquire(), true);
  await untilBlocked(() => mail.sizeSync() === 1);
  await door.release();
  await stop();
  assert.throws(() => mail.getSync(soon), QueueEmpty);
  goOn();
  assert.equal(mail.getSync(), "letter");
});

test("an item that comes too late is the next to be taken", LIMIT, async () => {
  for (const item of [1, 2, 3]) await queue.put(item);
  await stop();
  await assert.rejects(queue.get(soon), QueueEmpty);
  goOn();
  await untilBlocked(() => queue.sizeSync() === 3);
  assert.equal(await queue.get(), 1);
  await stop();
  assert.throws(() => queue.getSync(soon), QueueEmpty);
  goOn();
  assert.equal(queue.getSync(), 2);
  assert.equal(queue.getSync(), 3);
  for (const _ of [1, 2, 3]) await queue.taskDone();
  assert.equal(await queue.join(), true);
});

test("stacks and priority queues take late items back in their order", LIMIT, async () => {
  const stack = await manager.LifoQueue();
  const lowest = await manager.PriorityQueue();
  for (const item of [2, 1, 3]) await Promise.all([stack.put(item), lowest.put(item)]);
  await stop();
  const gets = [stack.get(soon), lowest.get(soon)];
  for (const { status } of await Promise.allSettled(gets)) assert.equal(status, "rejected");
  goOn();
  await untilBlocked(() => stack.sizeSync() + lowest.sizeSync() === 6);
  assert.deepEqual([await stack.get(), await lowest.get()], [3, 1]);
});

test("a put that the server does not hear of in time is not carried out", LIMIT, async () => {
  const full = await manager.Queue(1);
  await full.put("first");
  const inLine = full.put("second", { timeoutMs: 100 });
  assert.equal(full.sizeSync(), 1); // comes after the put
  await stop();
  const puts = await Promise.allSettled([inLine, queue.put("late", soon)]);
  for (const put of puts) assert.ok(put.status === "rejected" && put.reason instanceof QueueFull);
  assert.throws(() => queue.putSync("late", soon), QueueFull);
  goOn();
  assert.equal(await full.get(), "first");
  assert.deepEqual([await full.size, await queue.size], [0, 0]);
});

test("a barrier whose party left without an answer is broken", LIMIT, async () => {
  const barrier = await manager.Barrier(2);
  for (const wait of [() => barrier.wait(soon), async () => barrier.waitSync(soon)]) {
    await barrier.reset();
    await stop();
    await assert.rejects(wait(), BrokenBarrierError);
    goOn();
    await untilBlocked(() => barrier.brokenSync());
    await assert.rejects(barrier.wait(), BrokenBarrierError);
  }
});

test("waits for work of a manager's pool end in time, and the work goes on", LIMIT, async () => {
  const pool = await manager.Pool(1);
  const result = await pool.applyAsync(() => 5);
  assert.equal(await result.get(), 5);
  await stop();
  await assert.rejects(
    pool.apply(() => 6, [], soon),
    TimeoutError,
  );
  await assert.rejects(
    pool.map(() => 6, [1], soon),
    TimeoutError,
  );
  await assert.rejects(result.get(soon), TimeoutError);
  assert.throws(() => result.getSync(soon), TimeoutError);
  assert.equal(await result.wait(soon), undefined);
  goOn();
  await pool.close();
  await stop();
  assert.equal(await pool.join(soon), false);
  goOn();
  assert.equal(await result.get(), 5);
  assert.equal(await pool.join(), true);
});

test("an abort ends what is no wait, too: the server carries it out later", LIMIT, async () => {
  const list = await manager.list<number>();
  assert.equal(list.lengthSync(), 0);
  await stop();
  const task = createTask(() => list.push(1));
  await sleep(1);
  task.cancel();
  await assert.rejects(task, CancelledError);
  goOn();
  assert.deepEqual(await list.toArray(), [1]);
});

test("a condition's wait comes back with its lock, however late", LIMIT, async () => {
  const condition = await manager.Condition();
  await condition.acquire();
  await stop();
  const waiting = condition.wait(soon);
  await assert.rejects(queue.get(soon), QueueEmpty);
  goOn();
  assert.equal(await waiting, false);
  await condition.release();
});

const nameOf = (error: Error): string => error.name;

test("a wait in time needs no connection that is there already", LIMIT, async () => {
  class Office extends SyncManager {}
  await using office = await new Office({ address: manager.address }).connect();
  const [door, done] = [await office.Lock(), await office.Event()];
  const ready = new Event();
  const stopped = new Event();
  const other = await new Thread({
    target: async (lock: typeof door, event: typeof done, there: Event, go: Event) => {
      there.set();
      go.waitSync();
      const answers = [await event.wait({ timeoutMs: 1 }), event.waitSync({ timeoutMs: 1 })];
      const aborted = lock.hold({ signal: AbortSignal.abort("enough") });
      return [...answers, await aborted.catch(String)];
    },
    args: [door, done, ready, stopped],
  }).start();
  await ready.wait();
  await stop();
  stopped.set();
  // Without a time of its own, one waits for half a minute for whoever listens to answer.
  assert.deepEqual(await other.result({ timeoutMs: 25_000 }), [false, false, "enough"]);
  goOn();
  await other.join();
});
