/**
 * What callers see when something goes wrong in a pool: each promise settles, with an error that
 * says what happened, no other task is hurt, and the next one runs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BrokenExecutorError,
  BrokenProcessPool,
  BrokenThreadPool,
  MaybeEncodingError,
} from "manyhands/errors";
import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { untilBlocked } from "../support/until-blocked.js";
import * as tasks from "./failing-tasks.js";
import { Gate } from "./gate.js";

export interface Kind {
  readonly name: string;
  readonly reach: "thread" | "process";
  /** Over messages, nobody can tell whether a worker that was sent a task had begun it. */
  readonly plain?: boolean;
}

const LIMIT = { timeout: 120_000 };

export function failuresContract({ name, reach, plain = false }: Kind): void {
  const Broken = reach === "thread" ? BrokenThreadPool : BrokenProcessPool;
  const open = (size: number): Pool | ThreadPool =>
    reach === "thread" ? new ThreadPool(size) : new Pool(size);

  /** Runs the body with a pool, and then asks whether it still works. */
  const scenario = (
    what: string,
    body: (pool: Pool | ThreadPool, gate: Gate, port: number) => Promise<void>,
    size = 1,
  ): void => {
    test(`${name}: ${what}`, LIMIT, async () => {
      await using gate = new Gate();
      await using pool = open(size);
      await body(pool, gate, await gate.port());
      gate.open();
      assert.equal(await pool.apply(tasks.identity, ["next"]), "next");
      assert.equal(pool.workers.length, size);
    });
  };

  const died = (task: string, exitCode: number) => (error: BrokenExecutorError) => {
    assert.ok(error instanceof Broken, String(error));
    assert.equal(error.exitCode, exitCode);
    assert.equal(error.signal, null);
    assert.equal(error.task, task);
    assert.equal(typeof (reach === "thread" ? error.threadId : error.pid), "number");
    assert.match(error.message, new RegExp(task));
    return true;
  };

  scenario("failures are told in their order among the results", async (pool, gate, port) => {
    const told: string[] = [];
    const held = pool.apply(tasks.wait, [port]);
    await gate.arrived();
    const note = (what: string) => ({
      callback: () => void told.push(what),
      errorCallback: () => void told.push(what),
    });
    const rest = ["1", "2", "3"].map((each) => pool.applyAsync(tasks.identity, [each], note(each)));
    const failing = pool.applyAsync(tasks.throwText, [], note("failure"));
    const last = pool.applyAsync(tasks.identity, ["4"], note("4"));
    gate.open();
    await assert.rejects(async () => await failing);
    await Promise.all([held, last, ...rest]);
    assert.deepEqual(told, ["1", "2", "3", "failure", "4"]);
  });

  scenario("a worker that exits in a task fails it, naming who and what", async (pool) => {
    await assert.rejects(pool.apply(tasks.leave, [3]), died("leave", 3));
    await assert.rejects(pool.apply(tasks.leave, [0]), died("leave", 0));
  });

  scenario("tasks behind one that ends its worker run all the same", async (pool) => {
    const leaving = pool.apply(tasks.leave, [3]);
    const others = Array.from({ length: 50 }, (_, index) => pool.apply(tasks.identity, [index]));
    await assert.rejects(leaving, died("leave", 3));
    assert.deepEqual(
      await Promise.all(others),
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  scenario("an error in a timer ends the worker, and the task learns of it", async (pool) => {
    await assert.rejects(pool.apply(tasks.breakDown), died("breakDown", 1));
  });

  scenario("an error after the answer hurts no task", async (pool, gate, port) => {
    assert.equal(await pool.apply(tasks.breakDownLater, [port]), "answered");
    const { name } = pool.workers[0]!;
    await gate.arrived();
    gate.open();
    // The worker dies while these are under way: one may have been running there, and says so.
    const calls = Array.from({ length: 20 }, () => pool.apply(tasks.identity, [1]));
    const settled = await Promise.allSettled(calls);
    const failed = settled.filter(({ status }) => status === "rejected");
    assert.ok(failed.length <= 1, `${failed.length} failed`);
    for (const { reason } of failed as PromiseRejectedResult[]) assert.ok(reason instanceof Broken);
    // On a busy machine it may outlive them all.
    await untilBlocked(() => pool.workers.every((worker) => worker.name !== name));
  });

  scenario("functions go there and come back", async (pool) => {
    assert.equal(await pool.apply(tasks.applyTwice, [(x: number) => x * 3, 5]), 45);
    const add = await pool.apply(tasks.makeAdder, [7]);
    assert.equal(add(1), 8);
  });

  scenario("a queued task that is aborted never runs", async (pool, gate, port) => {
    const held = pool.apply(tasks.wait, [port]);
    await gate.arrived();
    const controller = new AbortController();
    const { signal } = controller;
    const queued = pool.apply(tasks.wait, [port], { signal });
    const behind = pool.apply(tasks.identity, ["behind"]);
    const reason = new Error("not needed");
    controller.abort(reason);
    await assert.rejects(queued, (error) => error === reason);
    gate.open();
    assert.equal(await held, "let go");
    assert.equal(await behind, "behind");
  });

  scenario("a running task that is aborted ends, whatever it does", async (pool, gate, port) => {
    const controller = new AbortController();
    const endless = pool.apply(tasks.runForEver, [port], { signal: controller.signal });
    await gate.arrived();
    const behind = pool.apply(tasks.identity, ["behind"]);
    const reason = new Error("enough");
    controller.abort(reason);
    await assert.rejects(endless, (error) => error === reason);
    assert.equal(await behind, "behind");
  });

  scenario("70,000 calls in flight all settle, each with its own result", async (pool) => {
    const calls = Array.from({ length: 70_000 }, (_, index) => pool.apply(tasks.identity, [index]));
    const values = await Promise.all(calls);
    assert.ok(values.every((value, index) => value === index));
  });

  scenario("a result that cannot cross fails its task only, with the path to it", async (pool) => {
    const bad = pool.apply(tasks.uncodable);
    const good = pool.apply(tasks.identity, [1]);
    await assert.rejects(bad, (error: MaybeEncodingError) => {
      assert.ok(error instanceof MaybeEncodingError, String(error));
      assert.match(error.path, /\.inner.*\.map/);
      return true;
    });
    assert.equal(await good, 1);
  });

  scenario("an error arrives with class, fields, code, cause and stack", async (pool) => {
    await assert.rejects(pool.apply(tasks.exceedQuota), (error: tasks.QuotaError) => {
      assert.ok(error instanceof tasks.QuotaError);
      assert.ok(error instanceof RangeError);
      assert.deepEqual(
        [error.name, error.message, error.code, error.limit],
        ["QuotaError", "more than 10", "E_QUOTA", 10],
      );
      assert.ok(error.cause instanceof TypeError);
      assert.equal(error.cause.message, "the reason");
      assert.match(error.stack!, /exceedQuota/);
      return true;
    });
    await assert.rejects(pool.apply(tasks.throwText), (error) => error === "a text");
  });

  scenario(
    "of two workers, one that dies takes nothing of the other's with it",
    async (pool, gate, port) => {
      const held = pool.apply(tasks.wait, [port]);
      await gate.arrived();
      const deaths = Array.from({ length: 3 }, () => pool.apply(tasks.leave, [4]));
      await Promise.all(deaths.map((death) => assert.rejects(death, died("leave", 4))));
      gate.open();
      assert.equal(await held, "let go");
    },
    2,
  );

  if (reach === "process") {
    scenario("a worker that is killed while idle is replaced, and nobody notices", async (pool) => {
      await pool.apply(tasks.nothing);
      const pid = pool.workers[0]!.pid!;
      process.kill(pid, "SIGKILL");
      if (plain) await untilBlocked(() => pool.workers.every((worker) => worker.pid !== pid));
      assert.equal(await pool.apply(tasks.identity, [1]), 1);
    });

    scenario("a task whose process is killed says by which signal", async (pool, gate, port) => {
      const held = pool.apply(tasks.wait, [port]);
      await gate.arrived();
      process.kill(pool.workers[0]!.pid!, "SIGKILL");
      await assert.rejects(held, (error: BrokenExecutorError) => {
        assert.ok(error instanceof BrokenProcessPool);
        assert.deepEqual([error.exitCode, error.signal, error.task], [-9, "SIGKILL", "wait"]);
        return true;
      });
    });
  }
}
