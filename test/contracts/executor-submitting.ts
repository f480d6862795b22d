/** What `submit` and views of executors do, over any kind of worker. */
import assert from "node:assert/strict";
import { CancelledError, ClosedError, PicklingError, TimeoutError } from "manyhands/errors";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { ExecutorClause } from "./executor-clause.js";

export const submitting: readonly ExecutorClause[] = [
  {
    name: "gives futures of what functions return and throw",
    async run(make) {
      await using executor = make({ maxWorkers: 2 });
      for (const fn of [tasks.square, tasks.squareLater]) {
        const future = executor.submit(fn, 3);
        assert.equal(await future, 9);
        assert.equal(future.done, true);
        assert.equal(executor.submit(fn, 4).resultSync(), 16);
      }
      const factor = 7;
      assert.equal(await executor.submit((n: number) => n * factor, 6), 42);
      assert.equal(await executor.submit(tasks.countTo, 3), "counted to 3");
      const failing = executor.submit(tasks.fail, "no");
      await assert.rejects(failing.result(), { name: "TypeError", message: "no" });
      assert.throws(() => failing.resultSync(), TypeError);
      assert.equal(failing.exceptionSync()?.message, "no");
      assert.equal((await failing.exception())?.message, "no");
      const odd = executor.submit((thrown: unknown) => {
        throw thrown;
      }, null);
      assert.equal((await odd.exception())?.message, "null was thrown");
      await assert.rejects(odd.result(), (thrown) => thrown === null);
    },
  },
  {
    name: "takes back what has not begun, and nothing else",
    async run(make) {
      using shop = new Workshop();
      await using executor = make({ maxWorkers: 1 });
      const running = executor.submit(tasks.held, shop.log, shop.gate);
      const queued = executor.submit(tasks.note, shop.log, "never");
      await shop.untilNoted(1);
      assert.deepEqual([running.running, queued.running], [true, false]);
      assert.equal(running.cancel(), false);
      assert.equal(queued.cancel(), true);
      assert.equal(queued.cancelled, true);
      await assert.rejects(queued.result(), CancelledError);
      shop.open();
      assert.equal(await running, "held");
      assert.equal(running.cancel(), false);
      assert.deepEqual(shop.notes, ["held"]);
    },
  },
  {
    name: "refuses at the call what cannot run",
    async run(make) {
      await using executor = make({ maxWorkers: 1 });
      assert.throws(() => executor.submit(5 as never), TypeError);
      assert.throws(() => executor.submit(tasks.echo, new WeakMap()), PicklingError);
      const future = executor.submit(tasks.square, 2);
      for (const value of [executor, executor.with({}), future, executor.map(tasks.square, [])])
        assert.throws(() => executor.submit(tasks.echo, value), /does not cross; /);
      assert.equal(await future, 4);
    },
  },
  {
    name: "tells callbacks in order, the future being theirs",
    async run(make) {
      await using executor = make({ maxWorkers: 1 });
      const calls: unknown[] = [];
      const future = executor.submit(tasks.square, 3);
      future.addDoneCallback((done) => calls.push(done === future, done.resultSync()));
      future.addDoneCallback(() => calls.push("second"));
      await future;
      assert.deepEqual(calls, [true, 9, "second"]);
    },
  },
  {
    name: "has views with options of their own and the same workers",
    async run(make) {
      using shop = new Workshop();
      await using executor = make({ maxWorkers: 1 });
      await executor.submit(tasks.square, 1); // so that the worker is there
      const controller = new AbortController();
      const view = executor.with({ signal: controller.signal });
      assert.ok(view instanceof executor.constructor);
      const running = view.submit(tasks.untilStopped, shop.log);
      await shop.untilNoted(1);
      const late = executor.with({ priority: 1 }).submit(tasks.note, shop.log, "late");
      const early = view.with({ priority: -1 }).submit(tasks.note, shop.log, "early");
      const normal = executor.submit(tasks.note, shop.log, "normal");
      controller.abort(new Error("enough"));
      await assert.rejects(running.result(), { message: "enough" });
      await assert.rejects(early.result(), { message: "enough" });
      assert.throws(() => view.submit(tasks.square, 1), { message: "enough" });
      await Promise.all([late, normal]);
      assert.deepEqual(shop.notes, ["began", "stopped:Error", "normal", "late"]);
      const hurried = executor.with({ timeoutMs: 100 }).submit(tasks.stubborn, shop.log);
      assert.throws(() => hurried.resultSync(), TimeoutError);
      await assert.rejects(
        executor.with({ timeoutMs: 100 }).submit(tasks.stubborn, shop.log).result(),
        TimeoutError,
      );
      assert.throws(() => executor.with({ timeoutMs: -1 }), RangeError);
      assert.throws(() => executor.with({ bufferSize: 0 }), RangeError);
      assert.throws(() => executor.with(null as never), TypeError);
      await view.shutdown();
      assert.throws(() => executor.submit(tasks.square, 1), ClosedError);
    },
  },
];
