import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask, gather, LifoQueue, PriorityQueue, Queue, run, sleep } from "manyhands/asyncio";
import { CancelledError, QueueEmpty, QueueFull, QueueShutDown, StateError } from "manyhands/errors";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };
const drain = <T>(queue: Queue<T>): T[] => {
  const items: T[] = [];
  for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) items.push(next.value);
  return items;
};

test("the three kinds differ in their order", limit, () => {
  const kinds: [Queue<number>, number[]][] = [
    [new Queue(), [3, 1, 2]],
    [new LifoQueue(), [2, 1, 3]],
    [new PriorityQueue(), [1, 2, 3]],
  ];
  for (const [queue, order] of kinds) {
    for (const item of [3, 1, 2]) queue.tryPut(item);
    assert.deepEqual(drain(queue), order);
  }
});

test("put waits for room, get for an item, in order of arrival", limit, async () => {
  const queue = new Queue<number>(1);
  const producer = createTask(async () => {
    for (let item = 0; item < 100; item++) await queue.put(item);
    queue.shutdown();
  });
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  await producer;
  assert.deepEqual(
    items,
    Array.from({ length: 100 }, (_, index) => index),
  );
});

test("times end a wait with QueueFull and QueueEmpty", limit, async () => {
  const queue = new Queue<number>(1);
  await assert.rejects(queue.get({ timeoutMs: 1 }), QueueEmpty);
  await queue.put(1);
  await assert.rejects(queue.put(2, { timeoutMs: 0 }), QueueFull);
  assert.equal(queue.tryPut(2), false);
  assert.deepEqual([queue.size, queue.full, queue.empty, queue.maxSize], [1, true, false, 1]);
  await assert.rejects(queue.get({ timeoutMs: -1 }), RangeError);
  assert.equal(await queue.get(), 1);
  assert.equal(queue.tryGet(), undefined);
});

test(
  "a getter cancelled when an item came for it leaves the item in its place",
  limit,
  async () => {
    const queue = new Queue<string>();
    const getter = createTask(() => queue.get());
    await sleep(0);
    queue.tryPut("first");
    queue.tryPut("second");
    getter.cancel();
    await assert.rejects(getter, CancelledError);
    assert.deepEqual(drain(queue), ["first", "second"]);
  },
);

test("a getter cancelled when an item came for it passes it to the next", limit, async () => {
  const queue = new Queue<string>();
  const [first, second] = [createTask(() => queue.get()), createTask(() => queue.get())];
  await sleep(0);
  queue.tryPut("item");
  first.cancel();
  await assert.rejects(first, CancelledError);
  assert.equal(await second, "item");
});

test("items of cancelled getters stay in their order", limit, async () => {
  const queue = new Queue<string>();
  const getters = [createTask(() => queue.get()), createTask(() => queue.get())];
  await sleep(0);
  for (const item of ["first", "second", "third"]) queue.tryPut(item);
  for (const getter of getters) getter.cancel();
  await gather(getters, { returnExceptions: true });
  assert.deepEqual(drain(queue), ["first", "second", "third"]);
});

test("an item counts until its getter has it, and nobody else takes it", limit, async () => {
  const queue = new Queue<number>(1);
  const getter = createTask(() => queue.get());
  await sleep(0);
  assert.equal(queue.tryPut(1), true);
  assert.deepEqual([queue.size, queue.full, queue.empty], [1, true, false]);
  assert.equal(queue.tryGet(), undefined);
  assert.equal(queue.tryPut(2), false);
  getter.cancel();
  await assert.rejects(getter, CancelledError);
  assert.deepEqual(drain(queue), [1]);
});

test("getters that a run left behind leave their items", limit, async () => {
  const queue = new Queue<number>();
  let got = 0;
  await run(async () => {
    for (let n = 0; n < 20_000; n++) void queue.get().then(() => got++);
    await sleep(0);
    for (let n = 0; n < 20_000; n++) queue.tryPut(n);
  });
  assert.notEqual(queue.size, 0);
  assert.equal(got + drain(queue).length, 20_000);
});

test("a cancelled putter does not put, and does not stand in the way", limit, async () => {
  const queue = new Queue<number>(1);
  await queue.put(0);
  const [first, second] = [createTask(() => queue.put(1)), createTask(() => queue.put(2))];
  await sleep(0);
  first.cancel();
  await assert.rejects(first, CancelledError);
  assert.equal(await queue.get(), 0);
  await second;
  assert.deepEqual(drain(queue), [2]);
});

test("whatever is cancelled when, no item is lost or doubled", limit, async () => {
  const queue = new Queue<number>(2);
  const got: number[] = [];
  const put: number[] = [];
  const tasks = Array.from({ length: 400 }, (_, index) =>
    createTask(async () => {
      await sleep(0);
      if (index % 2 === 0) {
        await queue.put(index);
        put.push(index);
      } else got.push(await queue.get());
    }),
  );
  for (const [index, task] of tasks.entries()) {
    if (index % 3 === 0) task.cancel();
    if (index % 7 === 0) await sleep(0);
  }
  await sleep(1);
  for (const task of tasks) task.cancel();
  await gather(tasks, { returnExceptions: true });
  got.push(...drain(queue));
  assert.deepEqual(
    got.sort((a, b) => a - b),
    put.sort((a, b) => a - b),
  );
});

test("join waits until every item is done", limit, async () => {
  const queue = new Queue<number>();
  assert.equal(await queue.join(), true);
  queue.tryPut(1);
  assert.equal(await queue.join({ timeoutMs: 1 }), false);
  const joined = createTask(() => queue.join());
  await queue.get();
  queue.taskDone();
  assert.equal(await joined, true);
  assert.throws(() => queue.taskDone(), StateError);
});

test("after shutdown nothing can be put, and gets end when all was got", limit, async () => {
  const queue = new Queue<number>(1);
  await queue.put(1);
  const putter = createTask(() => queue.put(2));
  await sleep(0);
  queue.shutdown();
  await assert.rejects(putter, QueueShutDown);
  assert.throws(() => queue.tryPut(3), QueueShutDown);
  assert.equal(await queue.get(), 1);
  await assert.rejects(queue.get(), QueueShutDown);
  assert.equal(await queue.join({ timeoutMs: 0 }), false);
});

test("an immediate shutdown drops the items and wakes everybody", limit, async () => {
  const queue = new Queue<number>();
  const getter = createTask(() => queue.get());
  await sleep(0);
  queue.shutdown({ immediate: true });
  await assert.rejects(getter, QueueShutDown);
  const full = new Queue<number>();
  full.tryPut(1);
  full.tryPut(2);
  full.shutdown();
  full.shutdown({ immediate: true });
  assert.equal(await full.join(), true);
  assert.equal(full.size, 0);
  assert.throws(() => full.taskDone(), StateError);
});

test("after shutdown a getter waits while an item can still come back", limit, async () => {
  const queue = new Queue<string>();
  const [first, second] = [createTask(() => queue.get()), createTask(() => queue.get())];
  await sleep(0);
  queue.tryPut("item");
  queue.shutdown();
  const third = assert.rejects(queue.get(), QueueShutDown);
  first.cancel();
  await assert.rejects(first, CancelledError);
  assert.equal(await second, "item");
  await third;
});

test("so it does when a signal aborts the first", limit, async () => {
  const queue = new Queue<string>();
  const controller = new AbortController();
  const first = queue.get({ signal: controller.signal });
  const second = queue.get();
  queue.tryPut("item");
  queue.shutdown();
  controller.abort(new RangeError("enough"));
  await assert.rejects(first, { message: "enough" });
  assert.equal(await second, "item");
});

test("an immediate shutdown drops also what a getter was woken for", limit, async () => {
  const queue = new Queue<string>();
  const getter = createTask(() => queue.get());
  await sleep(0);
  queue.tryPut("item");
  queue.shutdown({ immediate: true });
  await assert.rejects(getter, QueueShutDown);
  assert.equal(await queue.join(), true);
});

test("a shutdown that does not say clearly how is none", limit, () => {
  const queue = new Queue<number>();
  for (const bad of [true, null, 3, "now", { immediate: 1 }])
    assert.throws(() => queue.shutdown(bad as never), TypeError);
  assert.equal(queue.tryPut(1), true);
});

test("sizes are checked", limit, () => {
  assert.throws(() => new Queue(NaN), RangeError);
  assert.throws(() => new Queue("1" as never), TypeError);
  assert.equal(new Queue(-1).full, false);
});
