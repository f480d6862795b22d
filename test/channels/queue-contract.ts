/** What every queue does, between threads and between processes alike. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ClosedError,
  PicklingError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  ResourceLimitError,
  StateError,
} from "manyhands/errors";
import type * as Queues from "manyhands/queue";
import type { StartParty } from "./party.js";
import { describeOrders } from "./queue-orders.js";
import { describeParties } from "./queue-parties.js";

export type Kinds = Pick<typeof Queues, "Queue" | "LifoQueue" | "PriorityQueue" | "SimpleQueue">;
const limit = { timeout: 60_000 };

export function queueContract(where: string, kinds: Kinds, startParty: StartParty): void {
  const check = (name: string, body: () => unknown): void =>
    void test(`${where}: ${name}`, limit, async () => void (await body()));
  describeForms(check, kinds);
  describeShutdown(check, kinds);
  describeTasks(check, kinds);
  describeOrders(check, kinds, startParty);
  describeParties(check, kinds, startParty);
}

export type Check = (name: string, body: () => unknown) => void;

function describeForms(check: Check, { Queue, SimpleQueue }: Kinds): void {
  check("items come out in the order in which they were put, in every form", async () => {
    const queue = new Queue<unknown>();
    const items = [
      1,
      "two",
      { three: [3, null, undefined] },
      4n,
      new Map([[5, "five"]]),
      "x".repeat(9000),
    ];
    queue.putSync(items[0]);
    await queue.put(items[1]);
    assert.equal(queue.tryPut(items[2]), true);
    for (const item of items.slice(3)) queue.putSync(item);
    assert.equal(queue.size, 6);
    assert.deepEqual(
      [queue.getSync(), await queue.get(), queue.tryGet()],
      [1, "two", { value: items[2] }],
    );
    assert.deepEqual([queue.getSync(), queue.getSync(), queue.getSync()], items.slice(3));
    assert.equal(queue.tryGet(), undefined);
    assert.ok(queue.empty);
  });

  check("a waiting get takes what is put, whichever way it is put", async () => {
    const queue = new Queue<number>();
    const waiting = [queue.get(), queue.get(), queue.get()];
    queue.putSync(1);
    assert.ok(queue.tryPut(2));
    await queue.put(3);
    assert.deepEqual(await Promise.all(waiting), [1, 2, 3]);
  });

  check("a full queue refuses, times out, and lets waiting puts in, in their order", async () => {
    const queue = new Queue<number>(2);
    queue.putSync(0);
    queue.putSync(1);
    assert.equal(queue.maxSize, 2);
    assert.equal(queue.tryPut(9), false);
    assert.throws(() => queue.putSync(9, { timeoutMs: 5 }), QueueFull);
    await assert.rejects(queue.put(9, { timeoutMs: 5 }), QueueFull);
    await assert.rejects(queue.put(9, { timeoutMs: 0 }), QueueFull);
    const waiting = [2, 3, 4].map((item) => queue.put(item));
    for (const expected of [0, 1, 2, 3, 4]) assert.equal(await queue.get(), expected);
    await Promise.all(waiting);
  });

  check("an aborted put leaves nothing behind and lets the next in", async () => {
    const queue = new Queue<number>(1);
    queue.putSync(0);
    const stop = new AbortController();
    const aborted = queue.put(1, { signal: stop.signal });
    const next = queue.put(2);
    stop.abort(new Error("stop"));
    await assert.rejects(aborted, /stop/);
    assert.equal(queue.getSync(), 0);
    await next;
    assert.equal(queue.getSync(), 2);
    assert.ok(queue.empty);
  });

  check("an empty queue times out and obeys its signal", async () => {
    const queue = new Queue<number>();
    assert.throws(() => queue.getSync({ timeoutMs: 5 }), QueueEmpty);
    assert.throws(() => queue.getSync({ timeoutMs: 0 }), QueueEmpty);
    await assert.rejects(queue.get({ timeoutMs: 5 }), QueueEmpty);
    await assert.rejects(queue.get({ signal: AbortSignal.abort(new Error("no")) }), /no/);
    const stop = new AbortController();
    const aborted = queue.get({ signal: stop.signal });
    stop.abort(new Error("stop"));
    await assert.rejects(aborted, /stop/);
    queue.putSync(1);
    assert.equal(await queue.get(), 1);
  });

  check("bad arguments are refused at the call", async () => {
    for (const bad of [1.5, Number.NaN]) assert.throws(() => new Queue(bad), RangeError);
    const endless = new Queue(-1);
    assert.deepEqual([endless.maxSize, endless.full], [0, false]);
    for (const bad of [true, null, 3, "now", { immediate: 1 }])
      assert.throws(() => endless.shutdown(bad as never), TypeError);
    assert.equal(endless.tryPut(1), true);
    assert.throws(() => new Queue("3" as never), TypeError);
    assert.throws(() => new Queue(0, { maxBytes: -1 }), RangeError);
    const queue = new Queue<unknown>();
    assert.throws(() => queue.getSync({ timeoutMs: -1 }), RangeError);
    await assert.rejects(queue.put(1, { timeoutMs: Number.NaN }), RangeError);
    await assert.rejects(queue.get({ signal: {} as AbortSignal }), TypeError);
    assert.throws(
      () => queue.putSync({ list: [Promise.resolve()] }),
      (error: PicklingError) => {
        assert.ok(error instanceof PicklingError);
        assert.match(error.path, /list/);
        return true;
      },
    );
    assert.ok(queue.empty);
  });

  check("a queue that nobody else has refuses to outgrow its memory", async () => {
    const queue = new Queue<string>(0, { maxBytes: 50_000 });
    const fill = (): void => {
      for (;;) queue.putSync("x".repeat(1000));
    };
    assert.throws(fill, ResourceLimitError);
    await assert.rejects(queue.put("y".repeat(1000)), ResourceLimitError);
    const { size } = queue;
    queue.getSync();
    queue.putSync("x".repeat(1000));
    assert.equal(queue.size, size);
    const one = new Queue<string>(0, { maxBytes: 100 });
    one.putSync("z".repeat(5000));
    assert.equal(one.getSync().length, 5000);
  });

  check("items are copies as they were when they were put", async () => {
    const queue = new Queue<{ count: number }>();
    const item = { count: 1 };
    const putting = queue.put(item);
    item.count = 2;
    await putting;
    assert.deepEqual(await queue.get(), { count: 1 });
  });

  check("large binary data arrives in a buffer of its own", () => {
    const queue = new Queue<{ array: Float64Array; same: ArrayBufferLike; part: Uint8Array }>();
    const array = Float64Array.from({ length: 50_000 }, (_, index) => index / 3);
    queue.putSync({ array, same: array.buffer, part: new Uint8Array(array.buffer, 8, 16) });
    const got = queue.getSync();
    assert.deepEqual(got.array, array);
    assert.equal(got.same, got.array.buffer);
    assert.equal(got.part.buffer, got.array.buffer);
    assert.equal(got.array.buffer.byteLength, array.byteLength);
  });

  check("it says what it is and in which state", () => {
    const queue = new Queue(3, { name: "orders" });
    queue.putSync(1);
    assert.match(String(queue), /Queue "orders" \(1 of 3 items\)/);
    assert.match(String(new SimpleQueue()), /SimpleQueue/);
  });

  check("a closed queue is no longer used by this thread", async () => {
    const queue = new SimpleQueue<number>();
    queue.putSync(1);
    queue.close();
    queue.close();
    assert.throws(() => queue.getSync(), ClosedError);
    await assert.rejects(queue.put(2), ClosedError);
    for (const state of ["size", "empty", "full"] as const) {
      assert.throws(() => queue[state], ClosedError);
    }
    assert.match(String(queue), /closed/);
  });
}

function describeShutdown(check: Check, { Queue, LifoQueue, PriorityQueue }: Kinds): void {
  check("after shutdown nothing goes in, and what is inside comes out", async () => {
    for (const Kind of [Queue, LifoQueue, PriorityQueue]) {
      const queue = new Kind<number>(2);
      queue.putSync(1);
      queue.putSync(2);
      const blocked = queue.put(3);
      queue.shutdown();
      queue.shutdown();
      await assert.rejects(blocked, QueueShutDown);
      await assert.rejects(queue.put(4), QueueShutDown);
      assert.throws(() => queue.putSync(4), QueueShutDown);
      assert.throws(() => queue.tryPut(4), QueueShutDown);
      assert.deepEqual(
        [queue.getSync(), await queue.get()].toSorted((a, b) => a - b),
        [1, 2],
      );
      assert.throws(() => queue.tryGet(), QueueShutDown);
      assert.throws(() => queue.getSync(), QueueShutDown);
      await assert.rejects(queue.get(), QueueShutDown);
    }
  });

  check("an immediate shutdown drops what is inside and ends every wait", async () => {
    for (const Kind of [Queue, LifoQueue, PriorityQueue]) {
      const queue = new Kind<unknown>();
      queue.putSync([1]);
      queue.putSync([2, new Uint8Array(100_000)]);
      const joined = queue.join();
      queue.shutdown({ immediate: true });
      assert.equal(await joined, true);
      assert.equal(queue.size, 0);
      assert.throws(() => queue.getSync(), QueueShutDown);
      assert.throws(() => queue.taskDone(), StateError);
    }
  });

  check("waiting gets end at a shutdown", async () => {
    const queue = new Queue<number>();
    const waiting = [queue.get(), queue.get()];
    queue.shutdown();
    for (const get of waiting) await assert.rejects(get, QueueShutDown);
  });

  check("async iteration goes on until the queue is shut down and drained", async () => {
    const queue = new Queue<number>();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of queue) seen.push(item);
    })();
    for (let item = 0; item < 5; item++) await queue.put(item);
    queue.shutdown();
    await reading;
    assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  });
}

function describeTasks(check: Check, { Queue, LifoQueue }: Kinds): void {
  check("join waits until every item was reported done", async () => {
    for (const Kind of [Queue, LifoQueue]) {
      const queue = new Kind<number>();
      assert.equal(await queue.join(), true);
      queue.putSync(1);
      queue.putSync(2);
      assert.equal(await queue.join({ timeoutMs: 5 }), false);
      assert.equal(queue.joinSync({ timeoutMs: 5 }), false);
      queue.getSync();
      queue.getSync();
      queue.taskDone();
      const joined = queue.join();
      queue.taskDone();
      assert.equal(await joined, true);
      assert.equal(queue.joinSync(), true);
      assert.throws(() => queue.taskDone(), StateError);
    }
  });
}
