/** What `map` and `starmap` do, over any kind of worker. */
import assert from "node:assert/strict";
import { CancelledError, PicklingError, TimeoutError } from "manyhands/errors";
import { upTo } from "../pool/source.js";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import { warningsOf } from "../support/warnings.js";
import type { PoolClause } from "./pool-clause.js";

export const poolMaps: readonly PoolClause[] = [
  {
    name: "maps any iterable, in order, in all three forms",
    async run(make) {
      await using pool = make(2);
      const squares = [0, 1, 4, 9, 16];
      assert.deepEqual(await pool.map(tasks.square, upTo(5)), squares);
      assert.deepEqual(await pool.map(tasks.squareLater, new Set(upTo(5))), squares);
      assert.deepEqual(pool.mapSync(tasks.square, upTo(5).values()), squares);
      const result = pool.mapAsync(tasks.square, new Uint8Array([2, 3]));
      assert.deepEqual(await result, [4, 9]);
      assert.deepEqual(result.getSync(), [4, 9]);
      assert.deepEqual(await pool.map(tasks.length, "abc"), [1, 1, 1]);
      assert.deepEqual(await pool.map((pair) => pair[0], new Map([["a", 1]])), ["a"]);
      assert.deepEqual(await pool.map(tasks.countTo, [1, 2]), ["counted to 1", "counted to 2"]);
    },
  },
  {
    name: "hands each function one item only",
    async run(make) {
      await using pool = make(1);
      assert.deepEqual(await pool.map(tasks.echo, ["a", "b"]), [["a"], ["b"]]);
      assert.deepEqual(await pool.map(parseInt, ["10", "10"]), [10, 10]);
    },
  },
  {
    name: "maps tuples onto functions of several arguments",
    async run(make) {
      await using pool = make(2);
      const pairs: [number, number][] = [
        [2, 3],
        [3, 2],
      ];
      assert.deepEqual(await pool.starmap(Math.pow, pairs), [8, 9]);
      assert.deepEqual(pool.starmapSync(tasks.add, pairs), [5, 5]);
      assert.deepEqual(await pool.starmapAsync(tasks.add, new Set(pairs)).get(), [5, 5]);
      await assert.rejects(pool.starmap(tasks.add, [5] as never));
    },
  },
  {
    name: "maps nothing at once",
    async run(make) {
      await using pool = make(1);
      const called: unknown[] = [];
      const result = pool.mapAsync(tasks.square, [], { callback: (value) => called.push(value) });
      assert.equal(result.ready, true);
      assert.deepEqual(result.getSync(), []);
      assert.deepEqual(called, [[]]);
      assert.deepEqual(await pool.map(tasks.square, new Set<number>()), []);
    },
  },
  {
    name: "maps many items as well as few, whatever the size of chunks",
    async run(make) {
      await using pool = make(2);
      const items = upTo(20_001);
      const expected = items.map((n) => n * n);
      for (const options of [
        {},
        {},
        { chunkSize: 20_001 },
        { chunkSize: 7 },
        { chunkSize: 50_000 },
      ])
        assert.deepEqual(await pool.map(tasks.square, items, options), expected);
      assert.deepEqual(pool.mapSync(tasks.square, items), expected);
    },
  },
  {
    name: "takes the items as they are at the call",
    async run(make) {
      await using pool = make(1);
      const items = [{ n: 1 }, { n: 2 }];
      const result = pool.map((item: { n: number }) => item.n, items, { chunkSize: 1 });
      items[1]!.n = 20;
      items.length = 0;
      assert.deepEqual(await result, [1, 2]);
    },
  },
  {
    name: "lets all items run and then fails with the error that came first",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const { log } = shop;
      const work = (n: number): void => {
        tasks.note(log, String(n));
        tasks.evenOnly(n);
      };
      await assert.rejects(pool.map(work, upTo(6), { chunkSize: 1 }), { message: "1 is odd" });
      assert.deepEqual(shop.notes, ["0", "1", "2", "3", "4", "5"]);
      assert.throws(() => pool.mapSync(work, upTo(6), { chunkSize: 4 }), { message: "1 is odd" });
      assert.equal(shop.notes.length, 12);
      const errors: unknown[] = [];
      const errorCallback = (error: unknown): void => void errors.push((error as Error).message);
      await assert.rejects(pool.map(tasks.evenOnly, [3], { errorCallback }), RangeError);
      assert.deepEqual(errors, ["3 is odd"]);
    },
  },
  {
    name: "tells how far it is, and calls back with the whole array",
    async run(make) {
      await using pool = make(2);
      const seen: { done: number; total: number }[] = [];
      const arrays: number[][] = [];
      await pool.map(tasks.square, upTo(10), {
        chunkSize: 4,
        onProgress: (progress) => void seen.push(progress),
        callback: (array) => void arrays.push(array),
      });
      assert.deepEqual(
        seen.map(({ total }) => total),
        [10, 10, 10],
      );
      assert.equal(seen.at(-1)?.done, 10);
      assert.deepEqual(arrays, [upTo(10).map((n) => n * n)]);
      const warnings = await warningsOf(() =>
        pool.map(tasks.square, [1], {
          onProgress: () => {
            throw new Error("in onProgress");
          },
        }),
      );
      assert.match(warnings.map(({ message }) => message).join(), /in onProgress/);
    },
  },
  {
    name: "names an item that cannot cross by its place among all",
    async run(make) {
      await using pool = make(1);
      const chunkSize = 2;
      const items = [1, 2, 3, { deep: [new WeakMap()] }];
      await assert.rejects(pool.map(tasks.echo, items, { chunkSize }), {
        name: "PicklingError",
        path: "items → [3] → .deep → [0]",
      });
      await assert.rejects(pool.map(tasks.weakForFour, [1, 2, 3, 4], { chunkSize }), {
        name: "MaybeEncodingError",
        path: "result → [3] → .weak",
        message: /result → \[3\] → \.weak/,
      });
      // The first of all is told, whichever way it failed.
      const first = pool.map(tasks.weakOrFailing, upTo(5), { chunkSize: 5 });
      await assert.rejects(first, { message: "1 fails" });
      const weak = pool.map(tasks.weakOrFailing, [0, 2, 4, 3, 1], { chunkSize: 5 });
      await assert.rejects(weak, { path: "result → [3] → .weak" });
    },
  },
  {
    name: "refuses items that cannot cross, and what it cannot map",
    async run(make) {
      await using pool = make(1);
      await assert.rejects(pool.map(tasks.echo, [1, new WeakMap()]), PicklingError);
      assert.throws(() => pool.mapAsync(tasks.echo, [new WeakMap()]), PicklingError);
      const bad: [unknown, unknown, unknown, abstract new (...args: never[]) => Error][] = [
        [undefined, [1], {}, TypeError],
        [tasks.square, 5, {}, TypeError],
        [tasks.square, null, {}, TypeError],
        [tasks.square, (async function* () {})(), {}, TypeError],
        [tasks.square, [1], { chunkSize: 0 }, RangeError],
        [tasks.square, [1], { chunkSize: 1.5 }, RangeError],
        [tasks.square, [1], { chunkSize: "1" }, TypeError],
        [tasks.square, [1], { onProgress: 1 }, TypeError],
      ];
      for (const [fn, items, options, type] of bad) {
        const call = [fn, items, options] as never as [(n: number) => number, number[]];
        assert.throws(() => pool.mapAsync(...call), type);
        assert.throws(() => pool.starmapAsync(...(call as never as [() => void, []])), type);
        assert.throws(() => pool.mapSync(...call), type);
        await assert.rejects(pool.map(...call), type);
      }
      const broken = (function* () {
        yield 1;
        throw new RangeError("the input failed");
      })();
      await assert.rejects(pool.map(tasks.square, broken), { message: "the input failed" });
      assert.deepEqual(await pool.map(tasks.square, [2]), [4]);
    },
  },
  {
    name: "can be cancelled, aborted and limited in time as a whole",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const { log } = shop;
      const hang = async (n: number): Promise<void> => {
        tasks.note(log, String(n));
        await new Promise((resolve) => setTimeout(resolve, n === 0 ? 0 : 1e6));
      };
      const result = pool.mapAsync(hang, [0, 1, 2], { chunkSize: 1 });
      await shop.untilNoted(2);
      assert.equal(result.cancel(), true);
      await assert.rejects(result.get(), CancelledError);
      const late = pool.map(hang, [3, 4], { chunkSize: 1, timeoutMs: 100 });
      await assert.rejects(late, TimeoutError);
      const controller = new AbortController();
      const aborted = pool.map(hang, [5, 6], { signal: controller.signal });
      controller.abort(new Error("enough"));
      await assert.rejects(aborted, { message: "enough" });
      assert.deepEqual(await pool.map(tasks.square, [2]), [4]);
      assert.deepEqual(shop.notes.slice(0, 2), ["0", "1"]);
      assert.ok(!shop.notes.includes("2") && !shop.notes.includes("4"));
    },
  },
];
