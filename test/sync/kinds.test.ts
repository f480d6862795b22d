import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import * as multiprocessing from "manyhands/multiprocessing";
import * as dummy from "manyhands/multiprocessing/dummy";
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
