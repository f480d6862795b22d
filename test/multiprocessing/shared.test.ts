import assert from "node:assert/strict";
import { test } from "node:test";
import * as multiprocessing from "manyhands/multiprocessing";
import * as threading from "manyhands/threading";

const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "no shared memory" };

test("locks cross to processes of every start method, as arguments", LIMIT, async () => {
  const lock = new multiprocessing.Lock();
  for (const startMethod of ["forkserver", "spawn"] as const) {
    lock.acquireSync();
    const child = new multiprocessing.Process({
      target: (taken: multiprocessing.Lock) => taken.tryAcquire(),
      args: [lock],
      startMethod,
    });
    await child.start();
    assert.equal(await child.result(), false);
    lock.release();
    await child.join();
  }
});

test("locks cross to threads, captured", LIMIT, async () => {
  const lock = new threading.Lock();
  lock.acquireSync();
  const thread = await new threading.Thread({ target: () => lock.tryAcquire() }).start();
  assert.equal(await thread.result(), false);
  lock.release();
  await thread.join();
});
