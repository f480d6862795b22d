/** In which order one worker runs what is queued, policy by policy, as its own notes tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { StateError } from "manyhands/errors";
import { Pool, type Schedule, ThreadPool } from "manyhands/multiprocessing";
import { wait } from "./failing-tasks.js";
import { Gate } from "./gate.js";
import { leave, nap, note, quick, slow, steps, stepsLater, takeNotes } from "./ordered-tasks.js";
import { stubborn } from "./tasks.js";
import { Workshop } from "./workshop.js";

const LIMIT = { timeout: 60_000 };
type AnyPool = Pool | ThreadPool;

export function schedulesContract(name: string, reach: "thread" | "process"): void {
  /** Queues while the only worker is held; gives what it noted when all has run. */
  const order = async (
    schedule: Schedule,
    queue: (pool: AnyPool) => Promise<unknown>[],
    before: (pool: AnyPool) => Promise<unknown> = async () => {},
  ): Promise<string[]> => {
    await using gate = new Gate();
    const options = { processes: 1, schedule };
    await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
    await before(pool);
    const held = pool.apply(wait, [await gate.port()]);
    await gate.arrived();
    const queued = queue(pool);
    gate.open();
    await Promise.all([held, ...queued]);
    return await pool.apply(takeNotes);
  };

  const noteAll = (pool: AnyPool, names: string, priorities: readonly number[] = []) =>
    Array.from(names, (each, index) =>
      pool.apply(note, [each], { priority: priorities[index] ?? 0 }),
    );

  test(`${name}: fifo runs the lowest number first, and equals as they came`, LIMIT, async () => {
    assert.deepEqual(await order("fifo", (pool) => noteAll(pool, "abcd")), "abcd".split(""));
    const ranked = await order("fifo", (pool) => noteAll(pool, "abcde", [0, 1, -1, 1, 0]));
    assert.deepEqual(ranked, "caebd".split(""));
  });

  test(`${name}: lifo runs what came last`, LIMIT, async () => {
    assert.deepEqual(await order("lifo", (pool) => noteAll(pool, "abcd")), "dcba".split(""));
  });

  test(`${name}: priority runs the lowest number, unless another waited long`, LIMIT, async () => {
    const byNumber = await order("priority", (pool) => noteAll(pool, "abc", [200, 100, 0]));
    assert.deepEqual(byNumber, "cba".split(""));
    // A nanosecond of waiting is worth a step: whoever came first has waited for the most.
    const byAge = await order({ policy: "priority", ageMs: 1e-6 }, (pool) =>
      noteAll(pool, "abc", [2, 1, 0]),
    );
    assert.deepEqual(byAge, "abc".split(""));
  });

  test(`${name}: sjf runs the cheapest by the cost that was given`, LIMIT, async () => {
    // So far apart that no pause between two of them counts as waiting that makes up for it.
    const costs = [30_000, 10_000, 20_000];
    const ran = await order("sjf", (pool) =>
      Array.from("abc", (each, index) => pool.apply(note, [each], { cost: costs[index]! })),
    );
    assert.deepEqual(ran, "bca".split(""));
  });

  // Whatever the first task of a worker is: its start is no part of it.
  for (const first of [slow, quick]) {
    test(`${name}: sjf learns what functions cost, ${first.name} first`, LIMIT, async () => {
      const ran = await order(
        "sjf",
        (pool) => [
          pool.apply(slow, ["slow"]),
          pool.apply(quick, ["quick"]),
          pool.apply(slow, ["slow"]),
          pool.apply(quick, ["quick"]),
        ],
        async (pool) => {
          await pool.apply(first, [""]);
          await pool.apply(first === slow ? quick : slow, [""]);
          await pool.apply(takeNotes);
        },
      );
      assert.deepEqual(ran, ["quick", "quick", "slow", "slow"]);
    });
  }

  for (const generator of [steps, stepsLater] as (typeof steps)[]) {
    test(`${name}: rr gives ${generator.name} a slice each in turn`, LIMIT, async () => {
      const ran = await order({ policy: "rr", sliceMs: 2 }, (pool) => [
        pool.apply(generator, ["a", 3, 4]),
        pool.apply(generator, ["b", 3, 4]),
        pool.apply(note, ["short"]),
      ]);
      assert.deepEqual(ran, ["a1", "b1", "short", "a2", "b2", "a3", "b3"]);
    });
  }

  test(`${name}: mlfq lets what is new pass what turned out to be long`, LIMIT, async () => {
    const ran = await order({ policy: "mlfq", sliceMs: 2, levels: 3, boostMs: 1e6 }, (pool) => {
      const long = pool.apply(steps, ["long", 6, 3]);
      return [long, ...noteAll(pool, "abc")];
    });
    assert.deepEqual(ran.slice(0, 4), ["long1", "a", "b", "c"]);
    // At the second level a slice is twice as long, and at the third twice that.
    assert.deepEqual(
      ran.slice(4),
      [2, 3, 4, 5, 6].map((step) => `long${step}`),
    );
  });

  test(`${name}: a generator gives what it returns, with slices and without`, LIMIT, async () => {
    for (const schedule of ["fifo", "rr", "mlfq"] as const) {
      const options = { processes: 1, schedule };
      await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
      assert.equal(await pool.apply(steps, ["a", 5, 3]), "a ended");
      assert.equal(await pool.apply(stepsLater, ["b", 2, 0]), "b ended");
    }
  });

  test(
    `${name}: a generator goes on where it began, also where others are idle`,
    LIMIT,
    async () => {
      const options = { processes: 2, schedule: { policy: "rr", sliceMs: 0.01 } } as const;
      await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
      await pool.map(note, ["a", "b"], { chunkSize: 1 });
      for (let round = 0; round < 20; round++) {
        assert.equal(await pool.apply(steps, ["a", 10, 0.02]), "a ended");
      }
    },
  );

  test(`${name}: a generator that is lost with its worker is told of whom`, LIMIT, async () => {
    using shop = new Workshop();
    const options = { processes: 1, schedule: { policy: "rr", sliceMs: 0.01 } } as const;
    await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
    const died = reach === "thread" ? "BrokenThreadPool" : "BrokenProcessPool";
    const controller = new AbortController();
    const waiting = pool.apply(steps, ["a", Infinity, 0.02]);
    const stuck = pool.apply(stubborn, [shop.log], { signal: controller.signal });
    await shop.untilNoted(1);
    controller.abort(new Error("enough"));
    await assert.rejects(stuck, { message: "enough" });
    await assert.rejects(waiting, {
      name: died,
      message: /was replaced while steps waited in it .*, because stubborn, .* did not stop/,
    });
    const beside = pool.apply(steps, ["b", Infinity, 0.02]);
    const exit = pool.apply(leave);
    await assert.rejects(exit, { name: died, message: /died while it ran leave/ });
    await assert.rejects(beside, { name: died, message: /died while steps waited in it/ });
  });

  test(`${name}: a schedule of one's own decides`, LIMIT, async () => {
    const tasks: { priority: number }[] = [];
    const highestFirst = {
      push: (task: { priority: number }) => void tasks.push(task),
      pop: () => {
        tasks.sort((a, b) => b.priority - a.priority);
        return tasks.shift() as never;
      },
      get size() {
        return tasks.length;
      },
    };
    const ran = await order(highestFirst, (pool) => noteAll(pool, "abc", [1, 3, 2]));
    assert.deepEqual(ran, "bca".split(""));
  });

  test(
    `${name}: a schedule that breaks its contract fails the work, and no other`,
    LIMIT,
    async () => {
      let broken = true;
      const tasks: object[] = [];
      const schedule = {
        push: (task: object) => void tasks.push(task),
        pop: () => (broken ? undefined : tasks.shift()) as never,
        get size() {
          return tasks.length;
        },
      };
      const options = { processes: 1, schedule };
      await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
      const work = [pool.apply(note, ["a"]), pool.apply(note, ["b"])];
      const outcomes = await Promise.allSettled(work);
      for (const outcome of outcomes) {
        assert.equal(outcome.status, "rejected");
        assert.ok(outcome.reason instanceof StateError, String(outcome.reason));
        assert.match(outcome.reason.message, /pop\(\) of the schedule gave undefined/);
      }
      broken = false;
      await pool.apply(note, ["c"]);
      assert.deepEqual(await pool.apply(takeNotes), ["c"]);
    },
  );

  test(`${name}: of a map that a schedule refuses in part nothing is run`, LIMIT, async () => {
    let room = 2;
    const tasks: object[] = [];
    const schedule = {
      push(task: object): void {
        if (tasks.length === room) throw new RangeError("full");
        tasks.push(task);
      },
      pop: () => tasks.shift() as never,
      get size() {
        return tasks.length;
      },
    };
    const options = { processes: 1, schedule };
    await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
    await assert.rejects(pool.map(note, ["a", "b", "c"], { chunkSize: 1 }), {
      name: "StateError",
      message: /push\(\) of the schedule threw RangeError: full/,
    });
    room = Infinity;
    await pool.map(note, ["d", "e"], { chunkSize: 1 });
    assert.deepEqual(await pool.apply(takeNotes), ["d", "e"]);
  });

  for (const schedule of ["fifo", "lifo", "rr", "priority", "sjf", "mlfq"] as const) {
    test(`${name}: ${schedule} hands out what comes while results are slow`, LIMIT, async () => {
      await using gate = new Gate();
      const options = { processes: 2, schedule };
      await using pool = reach === "thread" ? new ThreadPool(options) : new Pool(options);
      // By then, the pool's thread has learnt that to look for results is in vain.
      for (let call = 0; call < 40; call++) await pool.apply(nap, [2]);
      const held = pool.apply(wait, [await gate.port()]);
      await gate.arrived();
      for (let call = 0; call < 10; call++) await pool.apply(nap, [2]);
      gate.open();
      await held;
    });
  }

  test(`${name}: schedules are checked when the pool is made`, () => {
    const make = (schedule: unknown): unknown =>
      reach === "thread"
        ? new ThreadPool({ processes: 1, schedule: schedule as Schedule })
        : new Pool({ processes: 1, schedule: schedule as Schedule });
    assert.throws(() => make("fcfs"), RangeError);
    assert.throws(() => make({ policy: "rr", sliceMs: 0 }), RangeError);
    assert.throws(() => make({ push() {} }), TypeError);
  });
}
