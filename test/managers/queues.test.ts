import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { QueueEmpty, QueueFull, QueueShutDown, StateError } from "manyhands/errors";
import { Manager, Process, type SyncManager } from "manyhands/multiprocessing";
import { untilBlocked } from "../support/until-blocked.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

test("a queue gives what was put, first come first served", LIMIT, async () => {
  const queue = await manager.Queue<number>(2);
  await queue.put(1);
  queue.putSync(2);
  assert.equal(await queue.full, true);
  await assert.rejects(queue.put(3, { timeoutMs: 1 }), QueueFull);
  assert.equal(queue.tryPutSync(3), false);
  const third = queue.put(3);
  assert.equal(await queue.get(), 1);
  await third;
  assert.deepEqual([queue.getSync(), await queue.get()], [2, 3]);
  assert.throws(() => queue.getSync({ timeoutMs: 1 }), QueueEmpty);
  assert.equal(await queue.tryGet(), undefined);
  assert.equal(await queue.size, 0);
  assert.equal(await queue.maxSize, 2);
});

test("a call that waits holds up no other, of this client or another", LIMIT, async () => {
  const queue = await manager.Queue<string>();
  const waiting = queue.get();
  const child = new Process({ target: (q: typeof queue) => q.getSync(), args: [queue] });
  await child.start();
  const list = await manager.list([1]);
  for (let times = 0; times < 100; times++) await list.push(times);
  assert.equal(list.lengthSync(), 101);
  await queue.put("first");
  assert.equal(await waiting, "first");
  await queue.put("second");
  assert.equal(await child.result(), "second");
});

test("tasks are joined when they are done", LIMIT, async () => {
  const queue = await manager.JoinableQueue<number>();
  await queue.put(1);
  assert.equal(await queue.join({ timeoutMs: 1 }), false);
  const joined = queue.join();
  await queue.get();
  await queue.taskDone();
  assert.equal(await joined, true);
  await assert.rejects(queue.taskDone(), StateError);
});

test("sizes below zero are no limit, and a shutdown says clearly how", LIMIT, async () => {
  const queue = await manager.Queue<number>(-1);
  assert.equal(await queue.maxSize, 0);
  for (const bad of [true, null, { immediate: 1 }]) {
    await assert.rejects(queue.shutdown(bad as never), TypeError);
    assert.throws(() => queue.shutdownSync(bad as never), TypeError);
  }
  assert.equal(await queue.tryPut(1), true);
});

test("a queue is iterated over until it is shut down and empty", LIMIT, async () => {
  const queue = await manager.Queue<number>();
  const seen: number[] = [];
  const reader = (async () => {
    for await (const item of queue) seen.push(item);
  })();
  await queue.put(1);
  await queue.put(2);
  await queue.shutdown();
  await reader;
  assert.deepEqual(seen, [1, 2]);
  await assert.rejects(queue.put(3), QueueShutDown);
  await assert.rejects(queue.get(), QueueShutDown);
});

test("stacks and priority queues give the last and the lowest", LIMIT, async () => {
  const stack = await manager.LifoQueue<number>();
  const lowest = await manager.PriorityQueue<number>();
  for (const item of [2, 1, 3]) await Promise.all([stack.put(item), lowest.put(item)]);
  assert.deepEqual([await stack.get(), await lowest.get()], [3, 1]);
});

test("an item is not given to one who aborted or was killed", LIMIT, async () => {
  const queue = await manager.Queue<string>();
  const controller = new AbortController();
  const aborted = queue.get({ signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { name: "AbortError" });
  const list = await manager.list();
  const child = new Process({
    target: (q: typeof queue, l: typeof list) => {
      void q.get();
      l.pushSync("waits");
      q.getSync();
    },
    args: [queue, list],
  });
  await child.start();
  await untilBlocked(() => list.lengthSync() === 1);
  child.kill();
  await child.join();
  // Its death is noticed by the server before it answers what comes after.
  await untilBlocked(() => {
    queue.putSync("item");
    return queue.tryGetSync() !== undefined;
  });
});
