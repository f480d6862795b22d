/** What `apply` and its forms do, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { MaybeEncodingError, PicklingError, StateError, TimeoutError } from "manyhands/errors";
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
    name: "prepares each worker by its initializer",
    async run(make) {
      const initArgs = [1, { two: 2 }] as never[];
      await using pool = make({ processes: 2, initializer: tasks.prepare, initArgs });
      const seen = await pool.map(() => tasks.whatWasPrepared(), [1, 2, 3, 4], { chunkSize: 1 });
      for (const values of seen) assert.deepEqual(values, [1, { two: 2 }]);
    },
  },
];
