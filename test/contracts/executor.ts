/** What every executor must do, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  BrokenExecutorError,
  CancelledError,
  ClosedError,
  PicklingError,
  TimeoutError,
} from "manyhands/errors";
import {
  asCompleted,
  asCompletedSync,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type Future,
  type ProcessPoolExecutor,
  type ProcessPoolExecutorOptions,
  wait,
  waitSync,
} from "manyhands/futures";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";

type MakeExecutor = (options?: ProcessPoolExecutorOptions<never[]>) => ProcessPoolExecutor;

interface ExecutorClause {
  readonly name: string;
  run(make: MakeExecutor): Promise<void>;
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

const submitting: readonly ExecutorClause[] = [
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
      const controller = new AbortController();
      const view = executor.with({ signal: controller.signal });
      assert.ok(view instanceof executor.constructor);
      const running = view.submit(tasks.untilStopped, shop.log);
      const late = executor.with({ priority: 1 }).submit(tasks.note, shop.log, "late");
      const early = view.with({ priority: -1 }).submit(tasks.note, shop.log, "early");
      const normal = executor.submit(tasks.note, shop.log, "normal");
      await shop.untilNoted(1);
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

const mapping: readonly ExecutorClause[] = [
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
      const late = executor.with({ timeoutMs: 500 }).map(work, upTo(3));
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
      assert.deepEqual(reports.map(({ index }) => index).sort(), upTo(5));
      const sync = [...asCompletedSync(upTo(5).map((n) => executor.submit(tasks.square, n)))];
      assert.equal(sync.length, 5);
    },
  },
];

const ending: readonly ExecutorClause[] = [
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
      await assert.rejects(executor.shutdown(1 as never), TypeError);
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
      await assert.rejects(executor.submit(tasks.square, 1).result(), BrokenExecutorError);
      assert.throws(() => executor.submit(tasks.square, 1), BrokenExecutorError);
    },
  },
];

export const executorContract: readonly ExecutorClause[] = [...submitting, ...mapping, ...ending];
