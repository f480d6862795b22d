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
