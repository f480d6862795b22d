import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createTask,
  gather,
  getRunningLoop,
  run,
  setDefaultExecutor,
  sleep,
  timeout,
  toProcess,
  toThread,
} from "manyhands/asyncio";
import { CancelledError, PicklingError, TimeoutError } from "manyhands/errors";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
import { Pool } from "manyhands/multiprocessing";
import { getIdent } from "manyhands/threading";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: () => run(() => gather([toThread(() => {}), toProcess(() => {})])),
});

const limit = { timeout: 60_000 };

test("a function runs in another thread or process, and its result is awaited", limit, async () => {
  await run(async () => {
    const [thread, process, sum] = await gather([
      toThread(() => getIdent()),
      toProcess(() => globalThis.process.pid),
      toThread((a: number, b: number) => a + b, 2, 3),
    ]);
    assert.notEqual(thread, getIdent());
    assert.notEqual(process, globalThis.process.pid);
    assert.equal(sum, 5);
    assert.equal(await toThread(tasks.squareLater, 3), 9);
    await assert.rejects(toThread(tasks.fail, "no"), { name: "TypeError", message: "no" });
    assert.throws(() => toThread(tasks.echo, new WeakMap()), PicklingError);
    assert.throws(() => toThread(5 as never), TypeError);
  });
});

test("the loop goes on while a function blocks a thread", limit, async () => {
  await run(async () => {
    using shop = new Workshop();
    const work = toThread(tasks.held, shop.log, shop.gate);
    await shop.untilNoted(1);
    await sleep(1);
    assert.equal(work.done, false);
    shop.open();
    assert.equal(await work, "held");
  });
});

test("cancelling the task stops the work, also where it runs", limit, async () => {
  await run(async () => {
    using shop = new Workshop();
    for (const elsewhere of [toThread, toProcess]) {
      const before = shop.notes.length;
      const task = createTask(async () => elsewhere(tasks.untilStopped, shop.log));
      await shop.untilNoted(before + 1);
      task.cancel("enough");
      await assert.rejects(task, CancelledError);
      await shop.untilNoted(before + 2);
      assert.equal(shop.notes.at(-1), "stopped:CancelledError");
    }
    const timedOut = timeout(null, async (scope) => {
      const work = toThread(tasks.untilStopped, shop.log);
      await shop.untilNoted(5);
      scope.reschedule(1);
      await work;
    });
    await assert.rejects(timedOut, TimeoutError);
    // Who is told to stop writes to the log until it has heard that.
    await shop.untilNoted(6);
  });
});

test("cancelling the work in the executor cancels who awaits it", limit, async () => {
  using shop = new Workshop();
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  await run(async () => {
    const loop = getRunningLoop();
    const held = loop.runInExecutor(executor, tasks.held, shop.log, shop.gate);
    await shop.untilNoted(1);
    const queued = loop.runInExecutor(executor, tasks.square, 2);
    const ended = executor.shutdown({ cancelFutures: true });
    await assert.rejects(queued, CancelledError);
    assert.equal(queued.cancelled, true);
    shop.open();
    assert.equal(await held, "held");
    await ended;
  });
});

test("futures and results of pools are awaited and cancelled inside tasks", limit, async () => {
  using shop = new Workshop();
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  await using pool = new Pool(1);
  await run(async () => {
    assert.equal(await executor.submit(tasks.square, 2), 4);
    assert.equal(await pool.apply(tasks.square, [3]), 9);
    const running = executor.submit(tasks.held, shop.log, shop.gate);
    const queued = executor.submit(tasks.square, 2);
    const task = createTask(async () => queued);
    const stopped = pool.applyAsync(tasks.untilStopped, [shop.log]);
    const other = createTask(async () => stopped);
    await shop.untilNoted(2);
    task.cancel();
    other.cancel();
    await assert.rejects(task, CancelledError);
    await assert.rejects(other, CancelledError);
    assert.equal(queued.cancelled, true);
    await shop.untilNoted(3);
    assert.equal(shop.notes.at(-1), "stopped:CancelledError");
    shop.open();
    assert.equal(await running, "held");
  });
});

test("the executor to use by default can be chosen", limit, async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  assert.throws(() => setDefaultExecutor({} as never), TypeError);
  setDefaultExecutor(executor);
  await run(async () => {
    assert.notEqual(await toThread(() => process.pid), process.pid);
    assert.equal(await getRunningLoop().runInExecutor(null, tasks.square, 2), 4);
  });
});
