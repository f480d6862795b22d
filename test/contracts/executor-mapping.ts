/** What `map`, `wait` and `asCompleted` do over executors with any kind of worker. */
import assert from "node:assert/strict";
import { TimeoutError } from "manyhands/errors";
import {
  asCompleted,
  asCompletedSync,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Future,
  wait,
  waitSync,
} from "manyhands/futures";
import { collect, upTo } from "../pool/source.js";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { ExecutorClause } from "./executor-clause.js";

export const mapping: readonly ExecutorClause[] = [
  {
    name: "maps one or several iterables, up to the end of the shortest, in order",
    async run(make) {
      await using executor = make({ maxWorkers: 2 });
      assert.deepEqual(await collect(executor.map(tasks.square, upTo(30))), [
        ...executor.mapSync(tasks.square, upTo(30)),
      ]);
      const sums = executor.map(tasks.add, [1, 2, 3], new Set([10, 20]));
      assert.deepEqual(await collect(sums), [11, 22]);
      assert.deepEqual([...executor.mapSync(tasks.add, [1], upTo(9))], [1]);
      assert.deepEqual(await collect(executor.map(tasks.square as () => number)), []);
      const later = (async function* () {
        yield 1;
        yield 2;
      })();
      assert.deepEqual(await collect(executor.map(tasks.add, later, upTo(5))), [1, 3]);
      const chunks = executor.with({ chunkSize: 4 }).map(tasks.square, upTo(10));
      assert.deepEqual(
        await collect(chunks),
        upTo(10).map((n) => n * n),
      );
    },
  },
  {
    name: "submits all of a map at once, unless it has a buffer",
    async run(make) {
      await using executor = make({ maxWorkers: 1 });
      let pulled = 0;
      const source = function* (end: number): Generator<number> {
        while (pulled < end) yield pulled++;
      };
      const eager = executor.map(tasks.square, source(300));
      assert.equal(pulled, 300);
      assert.equal((await collect(eager)).length, 300);
      pulled = 0;
      const lazy = executor.with({ bufferSize: 3 }).map(tasks.square, source(Infinity));
      assert.equal(pulled, 3);
      assert.equal((await lazy.next()).value, 0);
      assert.equal(pulled, 4);
      await lazy.return();
      const blocking = executor.with({ bufferSize: 2 }).mapSync(tasks.square, source(Infinity));
      assert.equal(blocking.next().value, 16);
      blocking.return();
    },
  },
  {
    name: "throws an error where the result would have been, and a TimeoutError at its time",
    async run(make) {
      using shop = new Workshop();
      await using executor = make({ maxWorkers: 1 });
      const results = executor.map(tasks.evenOnly, upTo(3));
      assert.equal((await results.next()).value, 0);
      await assert.rejects(results.next(), { message: "1 is odd" });
      assert.equal((await results.next()).value, 2);
      assert.equal((await results.next()).done, true);
      const { log, gate } = shop;
      const work = (n: number) => (n === 0 ? n : tasks.held(log, gate).then(() => n));
      const late = executor.with({ timeoutMs: 3_000 }).map(work, upTo(3));
      assert.equal((await late.next()).value, 0);
      await assert.rejects(late.next(), TimeoutError);
      assert.equal((await late.next()).done, true);
      assert.equal(await executor.submit(tasks.square, 2), 4);
    },
  },
  {
    name: "waits for the first, the first failed, all, and in time",
    async run(make) {
      using shop = new Workshop();
      await using executor = make({ maxWorkers: 2 });
      const held = executor.submit(tasks.held, shop.log, shop.gate);
      const quick = executor.submit(tasks.square, 2);
      const first = await wait([held, quick], { returnWhen: FIRST_COMPLETED });
      assert.deepEqual([[...first.done], [...first.notDone]], [[quick], [held]]);
      const failing = executor.submit(tasks.fail, "no");
      const failed = waitSync<Future<unknown>>([held, failing], { returnWhen: FIRST_EXCEPTION });
      assert.deepEqual([...failed.done], [failing]);
      assert.equal(failing.exceptionSync()?.message, "no");
      assert.equal(waitSync([held], { timeoutMs: 5 }).notDone.size, 1);
      assert.equal((await wait([held], { timeoutMs: 5 })).notDone.size, 1);
      shop.open();
      assert.equal(waitSync([held, quick]).done.size, 2);
      const reports = await collect(
        asCompleted(upTo(5).map((n) => executor.submit(tasks.square, n))),
      );
      assert.deepEqual(new Set(reports.map(({ index }) => index)), new Set(upTo(5)));
      const sync = [...asCompletedSync(upTo(5).map((n) => executor.submit(tasks.square, n)))];
      assert.equal(sync.length, 5);
    },
  },
];
