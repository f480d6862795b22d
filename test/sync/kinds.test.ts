import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import * as multiprocessing from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
import * as queue from "manyhands/queue";
import * as threading from "manyhands/threading";

for (const [name, sync] of Object.entries({ threading, multiprocessing, dummy })) {
  test(`an RLock of ${name} is a Lock, and a Lock no RLock`, () => {
    class Mine extends sync.Lock {}
    class MyRLock extends sync.RLock {}
    assert.ok(new sync.RLock() instanceof sync.Lock);
    assert.ok(new MyRLock() instanceof sync.Lock);
    assert.ok(new Mine() instanceof sync.Lock);
    assert.ok(!(new sync.Lock() instanceof sync.RLock));
    assert.ok(!(new sync.RLock() instanceof Mine));
  });

  test(`a BoundedSemaphore of ${name} is a Semaphore`, () => {
    assert.ok(new sync.BoundedSemaphore(1) instanceof sync.Semaphore);
    assert.ok(!(new sync.Semaphore(1) instanceof sync.BoundedSemaphore));
  });
}

for (const [name, queues] of Object.entries({ queue, multiprocessing, asyncio })) {
  test(`each queue of ${name} that may be full is a Queue, and a Queue no other`, () => {
    for (const Kind of [queues.LifoQueue, queues.PriorityQueue]) {
      class Mine extends Kind<number> {}
      assert.ok(new Kind() instanceof queues.Queue);
      assert.ok(new Mine() instanceof queues.Queue);
      assert.ok(!(new queues.Queue() instanceof Kind));
    }
    assert.ok(!(new queues.LifoQueue() instanceof queues.PriorityQueue));
  });
}

test("a stack is no JoinableQueue, and none of the queues of another module", () => {
  assert.ok(!(new multiprocessing.LifoQueue() instanceof multiprocessing.JoinableQueue));
  assert.ok(!(new queue.LifoQueue() instanceof multiprocessing.Queue));
});

test("a ThreadPool is a Pool, and a Pool no ThreadPool", async () => {
  await using threads = new multiprocessing.ThreadPool(1);
  await using processes = new multiprocessing.Pool(1);
  assert.ok(threads instanceof multiprocessing.Pool);
  assert.ok(!((processes as object) instanceof multiprocessing.ThreadPool));
});

test("a stack comes back from a thread as itself, and as what it is", async () => {
  await using pool = new multiprocessing.ThreadPool(1);
  for (const { LifoQueue, PriorityQueue } of [queue, multiprocessing]) {
    for (const Kind of [LifoQueue, PriorityQueue]) {
      const made = new Kind();
      assert.equal(await pool.apply((given: object) => given, [made]), made);
      assert.equal(await pool.apply((given: object) => given.constructor.name, [made]), Kind.name);
    }
  }
});

test("the locks of other modules, and what is no lock, are none of threading's", () => {
  for (const other of [new multiprocessing.RLock(), new asyncio.Lock(), {}, null, 5])
    assert.ok(!((other as object) instanceof threading.Lock));
});

test("an RLock comes back from a thread as itself, and as what it is", async () => {
  await using pool = new multiprocessing.ThreadPool(1);
  for (const Kind of [threading.Lock, threading.RLock, multiprocessing.RLock]) {
    const lock = new Kind();
    assert.equal(await pool.apply((given: object) => given, [lock]), lock);
    assert.equal(await pool.apply((given: object) => given.constructor.name, [lock]), Kind.name);
  }
});
