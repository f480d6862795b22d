/** What `apply` and its forms do, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import {
  CancelledError,
  ClosedError,
  MaybeEncodingError,
  PicklingError,
  StateError,
  TimeoutError,
} from "manyhands/errors";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import { warningsOf } from "../support/warnings.js";
import type { PoolClause } from "./pool-clause.js";

export const poolCalls: readonly PoolClause[] = [
  {
    name: "gives back what functions return, sync and async, in all three forms",
    async run(make) {
      await using pool = make(2);
      for (const fn of [tasks.square, tasks.squareLater]) {
        assert.equal(await pool.apply(fn, [3]), 9);
        assert.equal(pool.applySync(fn, [4]), 16);
        const result = pool.applyAsync(fn, [5]);
        assert.equal(await result, 25);
        assert.equal(await result.get(), 25);
        assert.equal(result.getSync(), 25);
        assert.deepEqual([result.ready, result.successful], [true, true]);
      }
      const factor = 7;
      assert.equal(await pool.apply((n: number) => n * factor, [6]), 42);
      assert.equal(await pool.apply(() => "no arguments"), "no arguments");
      assert.equal(await pool.apply(tasks.countTo, [3]), "counted to 3");
      assert.equal(await pool.apply(tasks.countLater, [3]), 3);
    },
  },
  {
    name: "throws what functions throw, as themselves",
    async run(make) {
      await using pool = make(1);
      const expected = { name: "TypeError", message: "no", cause: "a cause" };
      await assert.rejects(pool.apply(tasks.fail, ["no"]), expected);
      assert.throws(() => pool.applySync(tasks.fail, ["no"]), expected);
      const result = pool.applyAsync(tasks.fail, ["no"]);
      await result.wait();
      assert.deepEqual([result.ready, result.successful], [true, false]);
      await assert.rejects(result.get(), TypeError);
      assert.throws(() => result.getSync(), TypeError);
      await assert.rejects(Promise.resolve(result), TypeError);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "knows whether it was successful only when it is ready",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const result = pool.applyAsync(tasks.held, [shop.log, shop.gate]);
      assert.equal(result.ready, false);
      assert.throws(() => result.successful, StateError);
      await shop.untilNoted(1);
      assert.match(inspect(result), /^AsyncResult\(held, running\)$/);
      await assert.rejects(result.get({ timeoutMs: 5 }), TimeoutError);
      assert.throws(() => result.getSync({ timeoutMs: 5 }), TimeoutError);
      await result.wait({ timeoutMs: 5 });
      result.waitSync({ timeoutMs: 5 });
      shop.open();
      assert.equal(await result.get({ timeoutMs: 20_000 }), "held");
      assert.match(inspect(result), /^AsyncResult\(held, fulfilled\)$/);
    },
  },
  {
    name: "calls back before those who wait go on, with the value or the error",
    async run(make) {
      await using pool = make(1);
      const calls: unknown[] = [];
      const result = pool.applyAsync(tasks.square, [3], {
        callback: (value) => calls.push(value, result.ready, result.getSync()),
        errorCallback: () => calls.push("never"),
      });
      result.then(
        () => calls.push("awaited"),
        () => {},
      );
      await result.wait();
      assert.deepEqual(calls, [9, false, 9, "awaited"]);
      const errors: unknown[] = [];
      const errorCallback = (error: unknown): void => void errors.push((error as Error).message);
      pool.applyAsync(tasks.fail, ["no"], { errorCallback }).waitSync();
      assert.throws(() => pool.applySync(tasks.fail, ["sync"], { errorCallback }));
      await assert.rejects(pool.apply(tasks.fail, ["async"], { errorCallback }));
      assert.deepEqual(errors, ["no", "sync", "async"]);
    },
  },
  {
    name: "reports what a callback throws, and goes on",
    async run(make) {
      await using pool = make(1);
      const warnings = await warningsOf(async () => {
        const callback = (): never => {
          throw new Error("in a callback");
        };
        assert.equal(await pool.apply(tasks.square, [2], { callback }), 4);
      });
      assert.match(warnings.map(({ message }) => message).join(), /square.*in a callback/);
    },
  },
  {
    name: "refuses at the call what cannot run: throwing, or rejecting where a promise is due",
    async run(make) {
      await using pool = make(1);
      const bad: [unknown, unknown, unknown, abstract new (...args: never[]) => Error][] = [
        ["no function", [], {}, TypeError],
        [tasks.square, 3, {}, TypeError],
        [tasks.square, [3], null, TypeError],
        [tasks.square, [3], { timeoutMs: -1 }, RangeError],
        [tasks.square, [3], { timeoutMs: "1" }, TypeError],
        [tasks.square, [3], { priority: NaN }, RangeError],
        [tasks.square, [3], { priority: "1" }, TypeError],
        [tasks.square, [3], { cost: -1 }, RangeError],
        [tasks.square, [3], { signal: 1 }, TypeError],
        [tasks.square, [3], { callback: 1 }, TypeError],
        [tasks.square, [new WeakMap()], {}, PicklingError],
      ];
      for (const [fn, args, options, type] of bad) {
        const call = [fn, args, options] as never as [() => void];
        assert.throws(() => pool.applyAsync(...call), type);
        assert.throws(() => pool.applySync(...call), type);
        await assert.rejects(pool.apply(...call), type);
      }
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "does not cross to a worker itself, nor do its results and iterators",
    async run(make) {
      await using pool = make(1);
      const result = pool.applyAsync(tasks.square, [2]);
      for (const value of [pool, result, pool.imap(tasks.square, [])]) {
        const advice = (error: Error): boolean => {
          assert.ok(error instanceof PicklingError);
          assert.match(error.message, /does not cross; /);
          return true;
        };
        assert.throws(() => pool.applyAsync(tasks.echo, [value]), advice);
      }
      assert.equal(await result, 4);
    },
  },
  {
    name: "fails a result that cannot cross, alone",
    async run(make) {
      await using pool = make(1);
      await assert.rejects(pool.apply(tasks.giveBackAFunction), MaybeEncodingError);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "stops work that takes too long, with a TimeoutError, and goes on",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      await pool.apply(tasks.square, [1]); // so that the worker is there
      const running = pool.apply(tasks.untilStopped, [shop.log], { timeoutMs: 100 });
      await assert.rejects(running, TimeoutError);
      assert.throws(
        () => pool.applySync(tasks.stubborn, [shop.log], { timeoutMs: 100 }),
        TimeoutError,
      );
      const blocked = pool.applyAsync(tasks.stubborn, [shop.log], { timeoutMs: 100 });
      assert.throws(() => blocked.getSync(), TimeoutError);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      assert.ok(shop.notes.includes("stopped:TimeoutError"), shop.notes.join());
    },
  },
  {
    name: "stops work when a signal aborts, with the signal's reason, running or not",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const controller = new AbortController();
      const { signal } = controller;
      const running = pool.apply(tasks.untilStopped, [shop.log], { signal });
      const queued = pool.applyAsync(tasks.note, [shop.log, "never"], { signal });
      await shop.untilNoted(1);
      const reason = new Error("changed my mind");
      controller.abort(reason);
      await assert.rejects(running, reason);
      await assert.rejects(queued.get(), reason);
      await assert.rejects(pool.apply(tasks.square, [1], { signal }), reason);
      assert.throws(() => pool.applyAsync(tasks.square, [1], { signal }), reason);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      assert.deepEqual(shop.notes, ["began", "stopped:Error"]);
    },
  },
  {
    name: "cancels work, running or not",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const running = pool.applyAsync(tasks.stubborn, [shop.log]);
      const queued = pool.applyAsync(tasks.note, [shop.log, "never"]);
      const next = pool.applyAsync(tasks.square, [3]);
      await shop.untilNoted(1);
      assert.equal(queued.cancel(), true);
      assert.equal(running.cancel(), true);
      assert.equal(running.cancel(), false);
      await assert.rejects(running.get(), CancelledError);
      await assert.rejects(queued.get(), CancelledError);
      assert.equal(await next, 9);
      assert.equal(next.cancel(), false);
      assert.deepEqual(shop.notes, ["began"]);
    },
  },
  {
    name: "runs lower numbers of priority first, equals in order of arrival",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const first = pool.applyAsync(tasks.held, [shop.log, shop.gate, "first"]);
      await shop.untilNoted(1);
      const later = [2, 0, 1, 0, -1].map((priority, index) =>
        pool.applyAsync(tasks.note, [shop.log, `${priority}/${index}`], { priority }),
      );
      shop.open();
      await Promise.all([first, ...later]);
      assert.deepEqual(shop.notes, ["first", "-1/4", "0/1", "0/3", "1/2", "2/0"]);
    },
  },
  {
    name: "takes no work after close, does what it has, and then ends",
    async run(make) {
      const pool = make(2);
      await assert.rejects(pool.join(), StateError);
      assert.throws(() => pool.joinSync(), StateError);
      const results = [1, 2, 3].map((n) => pool.applyAsync(tasks.squareLater, [n]));
      pool.close();
      pool.close();
      await assert.rejects(pool.apply(tasks.square, [1]), ClosedError);
      assert.throws(() => pool.applyAsync(tasks.square, [1]), ClosedError);
      await assert.rejects(pool.map(tasks.square, [1]), ClosedError);
      assert.throws(() => pool.imap(tasks.square, [1]), ClosedError);
      assert.equal(await pool.join(), true);
      assert.deepEqual(await Promise.all(results), [1, 4, 9]);
      assert.equal(pool.joinSync(), true);
      assert.match(inspect(pool), /ended/);
      await pool.terminate();
    },
  },
  {
    name: "ends while the thread blocks",
    async run(make) {
      const pool = make(1);
      const result = pool.applyAsync(tasks.square, [3]);
      pool.close();
      assert.equal(pool.joinSync({ timeoutMs: 20_000 }), true);
      assert.equal(result.getSync(), 9);
    },
  },
  {
    name: "says when it has not ended in time",
    async run(make) {
      using shop = new Workshop();
      const pool = make(1);
      const result = pool.applyAsync(tasks.held, [shop.log, shop.gate]);
      pool.close();
      assert.equal(await pool.join({ timeoutMs: 5 }), false);
      assert.equal(pool.joinSync({ timeoutMs: 5 }), false);
      shop.open();
      assert.equal(await pool.join({ timeoutMs: 20_000 }), true);
      assert.equal(await result, "held");
    },
  },
  {
    name: "cancels everything that has not ended when it is terminated",
    async run(make) {
      using shop = new Workshop();
      const pool = make(1);
      const running = pool.applyAsync(tasks.stubborn, [shop.log]);
      const queued = pool.apply(tasks.note, [shop.log, "never"]);
      const mapped = pool.mapAsync(tasks.square, [1, 2, 3]);
      const streamed = pool.imap(tasks.square, [1, 2, 3]);
      const failures = Promise.all([
        assert.rejects(running.get(), CancelledError),
        assert.rejects(queued, CancelledError),
        assert.rejects(mapped.get(), CancelledError),
        assert.rejects(streamed.next(), CancelledError),
      ]);
      await shop.untilNoted(1);
      await pool.terminate();
      await failures;
      await pool.terminate();
      assert.equal(await pool.join(), true);
      await assert.rejects(pool.apply(tasks.square, [1]), ClosedError);
      assert.deepEqual(shop.notes, ["began"]);
    },
  },
  {
    name: "prepares each worker by its initializer",
    async run(make) {
      const initArgs = [1, { two: 2 }] as never[];
      await using pool = make({ processes: 2, initializer: tasks.prepare, initArgs });
      const seen = await pool.map(() => tasks.whatWasPrepared(), [1, 2, 3, 4], { chunkSize: 1 });
      for (const values of seen) assert.deepEqual(values, [1, { two: 2 }]);
    },
  },
];
