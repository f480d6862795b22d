/** What a crew does when workers die. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BrokenExecutorError, BrokenProcessPool, BrokenThreadPool } from "manyhands/errors";
import { currentSignal } from "manyhands/multiprocessing";
import { untilStarted } from "./calls-contract.js";
import { TestCrew } from "./job.js";

const LIMIT = { timeout: 60_000 };

export function deathsContract(reach: "thread" | "process", title: string = reach): void {
  const Broken = reach === "thread" ? BrokenThreadPool : BrokenProcessPool;

  test(`${title}: a worker that exits fails its task, and no other`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const leaving = crew.run(function leave() {
      process.exit(3);
    });
    const others = Array.from({ length: 20 }, (_, index) => crew.run((x: number) => x, index));
    await assert.rejects(leaving, (error: BrokenExecutorError) => {
      assert.ok(error instanceof Broken);
      assert.equal(error.exitCode, 3);
      assert.equal(error.task, "leave");
      return true;
    });
    assert.equal((await Promise.all(others)).length, 20);
    assert.equal(crew.workers.length, 2);
  });

  test(`${title}: an error in a timer ends the worker, and is the cause`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    const waiting = crew.run(async () => {
      setTimeout(() => {
        throw new RangeError("in a timer");
      }, 1);
      await new Promise(() => {});
    });
    await assert.rejects(waiting, (error: Error) => {
      assert.ok(error instanceof Broken);
      assert.equal((error.cause as Error).message, "in a timer");
      return true;
    });
    assert.equal(await crew.run(() => 1), 1);
  });

  test(`${title}: a crew whose thread is blocked replaces its dead`, LIMIT, () => {
    const crew = new TestCrew({ reach, size: 1 });
    assert.throws(() => crew.runSync(() => process.exit(4)), Broken);
    assert.equal(
      crew.runSync(() => 5),
      5,
    );
    crew.close();
    assert.equal(crew.joinSync({ timeoutMs: 20_000 }), true);
  });

  test(`${title}: where it is to break, all that is pending fails`, LIMIT, async () => {
    const crew = new TestCrew({ reach, onWorkerDeath: "break" });
    const endless = crew.call(() => new Promise(() => {}));
    await untilStarted(crew, endless);
    const fatal = crew.call(() => process.exit(1));
    const queued = Array.from({ length: 5 }, () => crew.call(() => new Promise(() => {})));
    for (const job of [fatal, endless, ...queued]) await assert.rejects(job.promise, Broken);
    assert.throws(() => crew.call(() => 1), Broken);
    assert.equal(await crew.join({ timeoutMs: 20_000 }), true);
  });

  test(`${title}: a task that waits for nothing keeps its worker`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    const endless = crew.call(() => new Promise(() => {}));
    const next = crew.call(() => 1);
    await untilStarted(crew, endless);
    crew.interrupt(endless, new Error("enough"));
    await assert.rejects(endless.promise, /enough/);
    assert.equal(await next.promise, 1);
  });

  test(
    `${title}: a worker that stops when told stays, also where nobody looks`,
    LIMIT,
    async () => {
      const graceMs = 2_000;
      await using crew = new TestCrew({ reach, size: 1, graceMs });
      const who = (): unknown => {
        const state = globalThis as { token?: number };
        return (state.token ??= Math.random());
      };
      const before = await crew.run(who);
      const obedient = crew.call(async () => {
        while (!currentSignal().aborted) await new Promise((resolve) => setImmediate(resolve));
      });
      await untilStarted(crew, obedient);
      crew.interrupt(obedient, new Error("enough"));
      await assert.rejects(obedient.promise, /enough/);
      // Nothing tells of a worker that is left alone; it would be killed at this time.
      await new Promise((resolve) => setTimeout(resolve, graceMs + 100));
      assert.equal(await crew.run(who), before);
    },
  );

  test(`${title}: an initializer that throws breaks the crew`, LIMIT, async () => {
    const initializer = (): void => {
      throw new RangeError("not here");
    };
    const crew = new TestCrew({ reach, initializer });
    const call = crew.run(() => 1);
    await assert.rejects(call, (error: Error) => {
      assert.ok(error instanceof Broken);
      assert.equal((error.cause as Error).message, "not here");
      return true;
    });
    assert.throws(() => crew.call(() => 1), Broken);
    assert.equal(await crew.join({ timeoutMs: 20_000 }), true);
  });

  test(`${title}: workers that die before they begin break the crew`, LIMIT, async () => {
    const crew = new TestCrew({ reach, initializer: () => process.exit(9) });
    await assert.rejects(
      crew.run(() => 1),
      Broken,
    );
    assert.equal(await crew.join({ timeoutMs: 20_000 }), true);
  });

  test(`${title}: the initializer runs first, in each worker`, LIMIT, async () => {
    const initializer = (value: number): void => {
      (globalThis as { ready?: number }).ready = value;
    };
    await using crew = new TestCrew({ reach, initializer, initArgs: [8] });
    const ready = (): unknown => (globalThis as { ready?: number }).ready;
    const answers = await Promise.all(Array.from({ length: 10 }, () => crew.run(ready)));
    assert.ok(answers.every((answer) => answer === 8));
  });

  test(`${title}: a worker that has had enough tasks is replaced`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1, maxTasksPerWorker: 3 });
    const who = (): unknown => {
      const state = globalThis as { token?: number };
      return (state.token ??= Math.random());
    };
    const tokens = await Promise.all(Array.from({ length: 9 }, () => crew.run(who)));
    assert.equal(new Set(tokens).size, 3);
    assert.deepEqual(new Set(tokens.slice(0, 3)).size, 1);
  });
}
