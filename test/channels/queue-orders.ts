/** In which order items come out, and what has none; a part of the contract. */
import assert from "node:assert/strict";
import type { StartParty } from "./party.js";
import type { Check, Kinds } from "./queue-contract.js";

export function describeOrders(check: Check, kinds: Kinds, startParty: StartParty): void {
  describeNewestAndLowest(check, kinds);
  describeRefusals(check, kinds);
  describeRivals(check, kinds, startParty);
}

function describeNewestAndLowest(check: Check, { LifoQueue, PriorityQueue }: Kinds): void {
  check("a LIFO queue gives the newest first, however many there are", () => {
    const queue = new LifoQueue<number>();
    for (let round = 0; round < 3; round++) {
      for (let item = 0; item < 300; item++) queue.putSync(item);
      for (let item = 299; item >= 0; item--) assert.equal(queue.getSync(), item);
    }
  });

  check("a priority queue gives the lowest first, and equals in order of arrival", async () => {
    const numbers = new PriorityQueue<number>();
    for (let item = 0; item < 300; item++) numbers.putSync((item * 7) % 300);
    for (let item = 0; item < 300; item++) assert.equal(await numbers.get(), item);
    const jobs = new PriorityQueue<[number, object]>();
    jobs.putSync([2, { job: "a" }]);
    jobs.putSync([1, { job: "b" }]);
    jobs.putSync([2, { job: "c" }]);
    const order = [jobs.getSync(), jobs.getSync(), jobs.getSync()].map(([, job]) => job);
    assert.deepEqual(order, [{ job: "b" }, { job: "a" }, { job: "c" }]);
  });

  check("a priority queue goes by its compare function", () => {
    const queue = new PriorityQueue<{ size: number }>({
      maxSize: 3,
      compare: (a, b) => b.size - a.size,
    });
    for (const size of [1, 3, 2]) queue.putSync({ size });
    assert.equal(queue.tryPut({ size: 4 }), false);
    assert.deepEqual(
      [queue.getSync(), queue.getSync(), queue.getSync()],
      [{ size: 3 }, { size: 2 }, { size: 1 }],
    );
  });
}

function describeRefusals(check: Check, { PriorityQueue }: Kinds): void {
  check("items without an order are refused where no compare function is given", () => {
    const queue = new PriorityQueue<unknown>();
    assert.throws(() => queue.putSync({}), TypeError);
    assert.throws(() => queue.putSync(Number.NaN), TypeError);
    assert.throws(() => new PriorityQueue({ compare: 3 as never }), TypeError);
    assert.ok(queue.empty);
  });

  check("what has no order with the items inside is refused, and they come out", async () => {
    const pairs: [unknown, unknown, unknown][] = [
      [1, 2, "a"],
      [2n, 3, true],
      ["a", "b", 1n],
      [[1, {}], [2], 3],
      [[1], [2], ["a"]],
      [[1], [2], [[1]]],
      [new Date(1), new Date(2), 1.5],
    ];
    for (const [first, second, other] of pairs) {
      const queue = new PriorityQueue<unknown>(2);
      queue.putSync(second);
      assert.throws(() => queue.putSync(other), TypeError);
      queue.putSync(first);
      // Also where there would be no room for it.
      await assert.rejects(queue.put(other), { name: "TypeError", message: /no order with/ });
      assert.throws(() => queue.tryPut(other), TypeError);
      assert.equal(queue.size, 2);
      assert.deepEqual([await queue.get(), queue.getSync()], [first, second]);
    }
  });

  check("a compare function that throws fails who asked, and loses no item", async () => {
    let fails = false;
    const queue = new PriorityQueue<number>({
      compare: (a, b) => {
        if (fails) throw new RangeError("no order");
        return a - b;
      },
    });
    for (const item of [5, 3, 8, 1, 9, 2]) queue.putSync(item);
    assert.equal(queue.getSync(), 1);
    for (const item of [0, 4]) {
      queue.putSync(item);
      fails = true;
      assert.throws(() => queue.getSync(), /no order/);
      assert.throws(() => queue.tryGet(), /no order/);
      await assert.rejects(queue.get(), /no order/);
      fails = false;
    }
    for (const item of [0, 2, 3, 4, 5, 8]) assert.equal(queue.getSync(), item);
    fails = true;
    assert.equal(queue.getSync(), 9);
    fails = false;
    for (const item of [7, 6, 9, 8]) queue.putSync(item);
    assert.equal(queue.getSync(), 6);
    fails = true;
    assert.throws(() => queue.getSync(), /no order/);
    fails = false;
    for (const item of [7, 8, 9]) assert.equal(queue.getSync(), item);
  });

  check("an empty queue takes items of another kind than before", async () => {
    const queue = new PriorityQueue<unknown>();
    for (const items of [
      [1, 2],
      ["a", "b"],
      [[1], [2]],
      [3, 4],
    ]) {
      for (const item of items) await queue.put(item);
      for (const item of items) assert.deepEqual(await queue.get(), item);
    }
  });

  check("further elements of arrays may be of any kind, and none gets stuck", () => {
    const queue = new PriorityQueue<unknown[]>();
    const circle: unknown[] = [1];
    circle.push(circle);
    const items = [[1, "a"], [1, 2], [1, {}], circle, [1, Number.NaN], [0], [1], [1, 1]];
    for (const item of items) queue.putSync(item);
    for (const expected of [[0], [1], [1, 1], [1, 2], [1, "a"]]) {
      assert.deepEqual(queue.getSync(), expected);
    }
    assert.equal((queue.getSync()[1] as unknown[])[0], 1);
    assert.deepEqual(
      [queue.getSync(), queue.getSync()],
      [
        [1, {}],
        [1, Number.NaN],
      ],
    );
  });
}

function describeRivals(
  check: Check,
  { Queue, PriorityQueue }: Kinds,
  startParty: StartParty,
): void {
  const rivals: unknown[] = [1, "a", [2]];
  const COUNT = 300;

  check("of producers whose items have no order with each other one gets in", async () => {
    const queue = new PriorityQueue<unknown>();
    const counts = new Queue<[item: unknown, taken: number]>();
    const parties = rivals.map((item) => startParty("putMany", queue, counts, item, COUNT));
    const taken = new Map<string, number>();
    for (const _ of rivals) {
      const [item, count] = await counts.get();
      if (count > 0) taken.set(JSON.stringify(item), count);
    }
    for (const party of parties) await party.ended();
    assert.deepEqual([...taken.values()], [COUNT]);
    while (!queue.empty) assert.equal(JSON.stringify(queue.getSync()), [...taken.keys()][0]);
  });

  check("consumers get every item that was let in while the kind changes", async () => {
    const queue = new PriorityQueue<unknown>();
    const [counts, taken] = [new Queue<[item: unknown, taken: number]>(), new Queue<unknown>()];
    const consumers = [startParty("takeAll", queue, taken), startParty("passOn", queue, taken)];
    const parties = rivals.map((item) => startParty("putMany", queue, counts, item, COUNT));
    const left = new Map<string, number>();
    for (const _ of rivals) {
      const [item, count] = await counts.get();
      left.set(JSON.stringify(item), count);
    }
    const total = [...left.values()].reduce((sum, count) => sum + count);
    for (let got = 0; got < total; got++) {
      const item = JSON.stringify(await taken.get());
      left.set(item, left.get(item)! - 1);
    }
    assert.deepEqual([...left.values()], [0, 0, 0]);
    queue.shutdown();
    for (const party of [...parties, ...consumers]) await party.ended();
  });
}
