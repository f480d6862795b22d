import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask, PriorityQueue, type Queue, sleep } from "manyhands/asyncio";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };
const drain = <T>(queue: Queue<T>): T[] => {
  const items: T[] = [];
  for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet()) items.push(next.value);
  return items;
};

test("a priority queue refuses what has no order", limit, async () => {
  const queue = new PriorityQueue<unknown>();
  for (const item of [Number.NaN, { at: 1 }, null, undefined, [], [{}], [Number.NaN]])
    await assert.rejects(queue.put(item), TypeError);
  await queue.put(3);
  for (const item of ["1", new Date(1), [1], true]) {
    await assert.rejects(queue.put(item), /has no order with a number/);
    assert.throws(() => queue.tryPut(item), TypeError);
  }
  await queue.put(2n);
  assert.deepEqual([await queue.get(), await queue.get()], [2n, 3]);
  await queue.put(["b", {}]);
  await assert.rejects(queue.put([1, {}]), TypeError);
  await queue.put(["a", null]);
  assert.deepEqual(
    [await queue.get(), await queue.get()],
    [
      ["a", null],
      ["b", {}],
    ],
  );
});

test("so it does when it is full or somebody waits for an item", limit, async () => {
  const full = new PriorityQueue<unknown>(1);
  await full.put(1);
  await assert.rejects(full.put("two"), TypeError);
  const queue = new PriorityQueue<unknown>();
  const getter = createTask(() => queue.get());
  await sleep(0);
  await assert.rejects(queue.put({}), TypeError);
  queue.tryPut("one");
  assert.throws(() => queue.tryPut(2), TypeError);
  assert.equal(await getter, "one");
  queue.tryPut(2);
});

test("a priority queue compares tuples, keeps equals in order, takes a rule", limit, () => {
  const tuples = new PriorityQueue<[number, string]>();
  for (const item of [
    [10, "c"],
    [9, "b"],
    [9, "a"],
  ] as [number, string][])
    tuples.tryPut(item);
  assert.deepEqual(drain(tuples), [
    [9, "a"],
    [9, "b"],
    [10, "c"],
  ]);
  const jobs = new PriorityQueue<{ at: number; id: string }>({ compare: (a, b) => b.at - a.at });
  for (const [at, id] of [
    [1, "x"],
    [2, "y"],
    [2, "z"],
  ] as const)
    jobs.tryPut({ at, id });
  assert.deepEqual(
    drain(jobs).map(({ id }) => id),
    ["y", "z", "x"],
  );
});

test("a rule that throws fails who asked, and loses no item", limit, async () => {
  let fails = 0;
  const compare = (a: number, b: number): number => {
    if (fails-- > 0) throw new RangeError("no order");
    return a - b;
  };
  const queue = new PriorityQueue<number>({ compare });
  for (const item of [5, 3, 8, 1, 9, 2]) queue.tryPut(item);
  for (const ask of [() => queue.tryGet(), () => queue.tryPut(4)]) {
    fails = 1;
    assert.throws(ask, /no order/);
  }
  fails = 1;
  await assert.rejects(queue.get(), /no order/);
  fails = 1;
  await assert.rejects(queue.put(4), /no order/);
  fails = 0;
  assert.deepEqual(drain(queue), [1, 2, 3, 5, 8, 9]);
  const getters = [1, 2, 3, 4].map(() => queue.get());
  for (const item of [2, 1, 3]) queue.tryPut(item);
  fails = 1;
  const ends = await Promise.allSettled(getters);
  assert.equal(ends.filter(({ status }) => status === "rejected").length, 1);
  const got = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  assert.deepEqual(new Set(got), new Set([1, 2, 3]));
});

test("so it does for who waits with an item", limit, async () => {
  const compare = (a: number, b: number): number => {
    if (a === 13 || b === 13) throw new RangeError("bad luck");
    return a - b;
  };
  const queue = new PriorityQueue<number>({ maxSize: 2, compare });
  await queue.put(1);
  await queue.put(2);
  const waiting = [13, 4].map((item) => queue.put(item));
  const ended = Promise.allSettled(waiting);
  assert.equal(await queue.get(), 1);
  assert.deepEqual(
    (await ended).map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
  assert.deepEqual(drain(queue), [2, 4]);
});
