/** How executors begin and end, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { BrokenExecutorError, CancelledError, ClosedError } from "manyhands/errors";
import { collect, upTo } from "../pool/source.js";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { ExecutorClause } from "./executor-clause.js";

export const ending: readonly ExecutorClause[] = [
  {
    name: "does what it has when it is shut down, and takes no more",
    async run(make) {
      const executor = make({ maxWorkers: 2 });
      const futures = upTo(10).map((n) => executor.submit(tasks.squareLater, n));
      const mapped = executor.with({ bufferSize: 2 }).map(tasks.square, upTo(20));
      const ended = executor.shutdown();
      assert.throws(() => executor.submit(tasks.square, 1), ClosedError);
      assert.throws(() => executor.map(tasks.square, [1]), ClosedError);
      await ended;
      assert.deepEqual(
        futures.map((future) => future.done),
        futures.map(() => true),
      );
      assert.equal((await collect(mapped)).length, 20);
      await executor.shutdown();
      executor.shutdownSync();
      assert.match(inspect(executor), /ended/);
    },
  },
  {
    name: "shuts down without waiting, and while the thread blocks",
    async run(make) {
      using shop = new Workshop();
      const executor = make({ maxWorkers: 1 });
      const held = executor.submit(tasks.held, shop.log, shop.gate);
      const queued = executor.submit(tasks.square, 3);
      await executor.shutdown({ wait: false });
      assert.equal(held.done, false);
      shop.open();
      executor.shutdownSync();
      assert.equal(held.resultSync(), "held");
      assert.equal(queued.resultSync(), 9);
    },
  },
  {
    name: "refuses to be shut down in a way that it does not know, and goes on",
    async run(make) {
      const executor = make({ maxWorkers: 1 });
      const wrong = [1, null, [], { wait: 1 }, { wait: null }, { cancelFutures: "a" }];
      for (const options of wrong) {
        await assert.rejects(executor.shutdown(options as never), TypeError);
        assert.throws(() => executor.shutdownSync(options as never), TypeError);
      }
      assert.equal(await executor.submit(tasks.square, 3), 9);
      await executor.shutdown({ wait: undefined } as never);
    },
  },
  {
    name: "cancels what has not begun when asked to",
    async run(make) {
      using shop = new Workshop();
      const executor = make({ maxWorkers: 1 });
      const held = executor.submit(tasks.held, shop.log, shop.gate);
      await shop.untilNoted(1);
      const queued = executor.submit(tasks.note, shop.log, "never");
      const mapped = executor.map(tasks.square, [1, 2]);
      const ended = executor.shutdown({ cancelFutures: true });
      assert.equal(queued.cancelled, true);
      await assert.rejects(mapped.next(), CancelledError);
      shop.open();
      await ended;
      assert.equal(await held, "held");
      assert.deepEqual(shop.notes, ["held"]);
    },
  },
  {
    name: "ends its workers at once, failing what runs and cancelling what does not",
    async run(make) {
      for (const end of ["terminateWorkers", "killWorkers"] as const) {
        using shop = new Workshop();
        const executor = make({ maxWorkers: 1 });
        const running = executor.submit(tasks.stubborn, shop.log);
        const queued = executor.submit(tasks.note, shop.log, "never");
        await shop.untilNoted(1);
        await executor[end]();
        await assert.rejects(running.result(), (error: BrokenExecutorError) => {
          assert.ok(error instanceof BrokenExecutorError);
          assert.equal(error.task, "stubborn");
          return true;
        });
        assert.equal(queued.cancelled, true);
        await assert.rejects(queued.result(), CancelledError);
        assert.throws(() => executor.submit(tasks.square, 1), ClosedError);
        await executor[end]();
        await executor.shutdown();
        assert.deepEqual(shop.notes, ["began"]);
      }
      const unused = make({ maxWorkers: 1 });
      await unused.terminateWorkers();
      assert.throws(() => unused.submit(tasks.square, 1), ClosedError);
    },
  },
  {
    name: "starts workers as there is work for which none is idle",
    async run(make) {
      using shop = new Workshop();
      await using executor = make({ maxWorkers: 3 });
      assert.equal(executor.workers.length, 0);
      for (let i = 0; i < 3; i++) {
        await executor.submit(tasks.square, i);
        assert.equal(executor.workers.length, 1);
      }
      const held = [1, 2].map(() => executor.submit(tasks.held, shop.log, shop.gate));
      await shop.untilNoted(2);
      assert.equal(executor.workers.length, 2);
      shop.open();
      await Promise.all(held);
      assert.match(inspect(executor), /open, 2 of 3 workers, 0 pending/);
    },
  },
  {
    name: "is broken by an initializer that fails",
    async run(make) {
      await using executor = make({
        maxWorkers: 1,
        initializer: tasks.fail as () => never,
        initArgs: ["cannot begin"] as never[],
      });
      const submit = async (): Promise<number> => await executor.submit(tasks.square, 1);
      await assert.rejects(submit(), BrokenExecutorError);
      await assert.rejects(submit(), BrokenExecutorError);
    },
  },
];
