import assert from "node:assert/strict";
import { test } from "node:test";
import { getAllStartMethods, getContext, Pool, ThreadPool } from "manyhands/multiprocessing";
import { processCpuCount } from "manyhands/os";
import { getIdent } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import * as tasks from "./tasks.js";
import { warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

const limit = { timeout: 60_000 };

test("wrong options are refused before any worker starts", () => {
  for (const Kind of [Pool, ThreadPool]) {
    const bad: [unknown, abstract new (...args: never[]) => Error][] = [
      [0, RangeError],
      [-1, RangeError],
      [1.5, RangeError],
      ["2", TypeError],
      [null, TypeError],
      [{ processes: 0 }, RangeError],
      [{ processes: "2" }, TypeError],
      [{ maxTasksPerChild: 0 }, RangeError],
      [{ initializer: 5 }, TypeError],
      [{ initArgs: 5 }, TypeError],
      [{ name: 5 }, TypeError],
      [[], TypeError],
      [[4], TypeError],
      [{ schedule: "unheard of" }, RangeError],
      [{ onWorkerDeath: "resurrect" }, RangeError],
      [{ onWorkerDeath: 5 }, TypeError],
      [{ onWorkerDeath: null }, TypeError],
      [{ startMethod: "clone" }, RangeError],
      [{ startMethod: 3 }, TypeError],
    ];
    for (const [options, type] of bad) assert.throws(() => new Kind(options as never), type);
  }
  assert.throws(() => new ThreadPool({ startMethod: "fork" } as never), TypeError);
});

test("an array is no options of a call", limit, async () => {
  await using pool = new ThreadPool(1);
  await assert.rejects(
    pool.apply(() => 1, [], [] as never),
    TypeError,
  );
  assert.throws(() => pool.mapAsync((n: number) => n, [1], [] as never), TypeError);
});

test("items of a starmap that are no tuples are refused at the call", limit, async () => {
  const add = (a: number, b: number): number => a + b;
  await using pool = new ThreadPool(1);
  const wrong = { name: "TypeError", message: /^item 1 of a starmap must be the array/ };
  for (const item of [5, "ab", null, undefined, new Set([1, 2]), { length: 2 }]) {
    const items = [[1, 2], item] as never;
    assert.throws(() => pool.starmapAsync(add, items), wrong);
    assert.throws(() => pool.starmapSync(add, items), wrong);
    await assert.rejects(pool.starmap(add, items), wrong);
  }
  // oxlint-disable-next-line no-sparse-arrays -- a hole is no tuple either
  assert.throws(() => pool.starmapAsync(add, [[1, 2], , [3, 4]] as never), wrong);
  assert.deepEqual(await pool.starmap(add, new Map([[1, 2]])), [3]);
});

test("a starmap pulls no more of its input behind an item that is no tuple", limit, async () => {
  await using pool = new ThreadPool(1);
  let closed = false;
  function* endless(): Generator<[number]> {
    try {
      for (let n = 0; ; n++) yield n === 3 ? (n as never) : [n];
    } finally {
      closed = true;
    }
  }
  assert.throws(() => pool.starmapAsync((n: number) => n, endless()), /item 3 of a starmap/);
  assert.equal(closed, true);
});

test("a pool has as many workers as it can keep busy unless told", limit, async () => {
  await using pool = new ThreadPool();
  assert.equal(pool.workers.length, processCpuCount());
});

test("workers are called after their pool and numbered", limit, async () => {
  await using pool = new ThreadPool({ processes: 1, name: "kitchen" });
  assert.equal(pool.name, "kitchen");
  assert.deepEqual(
    pool.workers.map(({ name }) => name),
    ["kitchen_0"],
  );
  assert.notEqual(await pool.apply(() => getIdent()), getIdent());
});

test("a worker is replaced after as many tasks as it may do", limit, async () => {
  await using pool = new Pool({ processes: 1, maxTasksPerChild: 2 });
  const pids = await pool.map(() => process.pid, [1, 2, 3, 4], { chunkSize: 1 });
  assert.equal(pids[0], pids[1]);
  assert.equal(pids[2], pids[3]);
  assert.notEqual(pids[0], pids[2]);
});

test("tasks of a pool may run external programs", limit, async () => {
  await using pool = new Pool(2);
  const said = await pool.map(tasks.say, ["one", "two", "three"], { chunkSize: 1 });
  assert.deepEqual(said, ["one", "two", "three"]);
  await assert.rejects(pool.apply(tasks.runFailing), { name: "CalledProcessError", returnCode: 3 });
});

test("a context has pools of its own start method", limit, async () => {
  for (const method of getAllStartMethods().filter((name) => name !== "fork")) {
    const { Pool: Bound } = getContext(method);
    assert.throws(() => new Bound(0), RangeError);
    assert.throws(() => new Bound(null as never), TypeError);
    assert.throws(() => new Bound([] as never), TypeError);
    await using pool = new Bound(1);
    assert.ok(pool instanceof Pool);
    assert.equal(await pool.apply(tasks.square, [3]), 9);
  }
});
