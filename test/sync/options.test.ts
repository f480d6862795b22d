import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import * as multiprocessing from "manyhands/multiprocessing";
import * as queue from "manyhands/queue";
import * as threading from "manyhands/threading";

test("a list is refused where the options of a constructor go", () => {
  const list = [5] as never;
  for (const { Lock, Semaphore, Barrier } of [threading, multiprocessing, asyncio]) {
    assert.throws(() => new Lock(list), TypeError);
    assert.throws(() => new Semaphore(1, list), TypeError);
    assert.throws(() => new Barrier(2, list), TypeError);
  }
  for (const { PriorityQueue } of [queue, multiprocessing, asyncio])
    assert.throws(() => new PriorityQueue(list), TypeError);
  assert.throws(() => new threading.Thread(list), TypeError);
  assert.throws(() => new threading.Value("i", 0, list), TypeError);
});

test("a lock that is given without { lock } is refused, not left aside", () => {
  for (const { Lock, RLock, Semaphore, Value, SharedArray } of [threading, multiprocessing]) {
    for (const lock of [new Lock(), new RLock()]) {
      assert.throws(() => new Value("i", 0, lock), { name: "TypeError", message: /\{ lock \}/ });
      assert.throws(() => new SharedArray("i", 3, lock), TypeError);
      assert.throws(() => new Semaphore(1, lock), TypeError);
      assert.equal(new Value("i", 0, { lock }).getLock(), lock);
    }
  }
});

test("a list or a signal is no options of runs, tasks and managers either", () => {
  class Mine extends multiprocessing.BaseManager {}
  for (const wrong of [[], new AbortController().signal] as never[]) {
    for (const call of [
      () => new asyncio.Runner(wrong),
      () => asyncio.createTask(async () => {}, wrong),
      () => new multiprocessing.SyncManager(wrong),
      () => Mine.register("Thing", Map, wrong),
    ]) {
      assert.throws(call, TypeError);
    }
  }
});
