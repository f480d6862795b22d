import assert from "node:assert/strict";
import { test } from "node:test";
import * as multiprocessing from "manyhands/multiprocessing";
import { EndOfStreamError } from "manyhands/errors";
import { Queue } from "manyhands/queue";
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

test(
  "an end of a pipe may be closed here as soon as the child has been started",
  LIMIT,
  async () => {
    for (const startMethod of ["forkserver", "spawn"] as const) {
      const [near, far] = multiprocessing.Pipe();
      const child = new multiprocessing.Process({
        target: async (end: multiprocessing.Connection) => end.send(await end.recv()),
        args: [far],
        startMethod,
      });
      await child.start();
      far.close();
      await near.send("there and back");
      assert.equal(await near.recv(), "there and back");
      await assert.rejects(near.recv(), EndOfStreamError);
      near.close();
      await child.join();
    }
  },
);

test("a reader learns that the child died before it had taken its end over", LIMIT, async () => {
  const [near, far] = multiprocessing.Pipe();
  const context = multiprocessing.getContext("spawn");
  const child = new context.Process({ target: (_end: unknown) => undefined, args: [far] });
  await child.start();
  child.kill();
  far.close();
  // Blocked, this thread hears of the death by looking around.
  assert.throws(() => near.recvSync(), EndOfStreamError);
  await child.join();
  near.close();
});

test("what a child made outlives it when it is a part of its result", LIMIT, async () => {
  const child = new multiprocessing.Process({
    target: () => {
      const queue = new multiprocessing.Queue<string>();
      queue.putSync("left behind");
      return { queue };
    },
  });
  await child.start();
  await child.join();
  const { queue } = await child.result();
  assert.equal(queue.getSync(), "left behind");
});

test("what a thread made outlives it in a field that is copied back", LIMIT, async () => {
  class Maker extends threading.Thread {
    made: Queue<string> | undefined;
    override run(): void {
      this.made = new Queue<string>();
      this.made.putSync("left behind");
    }
  }
  const maker = await new Maker().start();
  await maker.join();
  assert.equal(maker.made?.getSync(), "left behind");
});
