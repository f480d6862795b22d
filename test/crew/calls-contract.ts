/** What a crew does with tasks whose workers live. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MaybeEncodingError, PicklingError } from "manyhands/errors";
import type { EachResult } from "#internal/crew/task.js";
import { currentSignal } from "#internal/crew/current-signal.js";
import { Job, TestCrew } from "./job.js";

const LIMIT = { timeout: 60_000 };

export function callsContract(reach: "thread" | "process", title: string = reach): void {
  test(`${title}: functions, arguments and results of all kinds cross`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const factor = 3;
    assert.equal(await crew.run((x: number) => x * factor, 14), 42);
    assert.equal(await crew.run(async (x: string) => `${x}!`, "there"), "there!");
    assert.equal(await crew.run(Math.max, 1, 5, 2), 5);
    const map = new Map([[{ a: 1 }, new Set([1n, undefined, Number.NaN])]]);
    assert.deepEqual(await crew.run((value: unknown) => value, map), map);
    assert.equal(await crew.run(() => undefined), undefined);
  });

  test(`${title}: an error of the function comes back as itself`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const failing = crew.run(() => {
      throw Object.assign(new RangeError("too far", { cause: "here" }), { code: "E_FAR" });
    });
    await assert.rejects(failing, { name: "RangeError", message: "too far", code: "E_FAR" });
    await assert.rejects(
      crew.run(() => Promise.reject(new TypeError("later"))),
      TypeError,
    );
    assert.equal(await crew.run(() => 1), 1);
  });

  test(`${title}: many items are one task, and fail one by one`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const half = (x: number): number => {
      if (x % 2 === 1) throw new RangeError(`${x} is odd`);
      return x / 2;
    };
    const each = new Job(crew.prepare(half), "each", [2, 3, 4]);
    const { values, failures } = (await crew.start(each).promise) as EachResult;
    assert.deepEqual([values[0], values[2]], [1, 2]);
    assert.deepEqual(Array.from(failures!.keys()), [1]);
    assert.equal((failures!.get(1) as Error).message, "3 is odd");
    const sums = new Job(
      crew.prepare(async (a: number, b: number) => a + b),
      "each-spread",
      [
        [1, 2],
        [3, 4],
      ],
    );
    const summed = { values: [3, 7], failures: null, refused: [] };
    assert.deepEqual(await crew.start(sums).promise, summed);
  });

  test(`${title}: what cannot cross fails where it is`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    assert.throws(() => crew.call((x: unknown) => x, new WeakMap()), PicklingError);
    assert.equal(crew.pending, 0);
    await assert.rejects(
      crew.run(() => new WeakMap()),
      MaybeEncodingError,
    );
    assert.equal(await crew.run(() => 1), 1);
  });

  test(`${title}: large data go there and back`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const numbers = new Float64Array(400_000).map((_, index) => index / 3);
    const back = await crew.run((array: Float64Array) => array.map((x) => -x), numbers);
    assert.deepEqual(
      back,
      numbers.map((x) => -x),
    );
    const list = Array.from({ length: 50_000 }, (_, index) => ({ index, text: `item ${index}` }));
    assert.deepEqual(await crew.run((items: unknown[]) => items, list), list);
  });

  test(`${title}: a thread that blocks takes results in`, LIMIT, () => {
    const crew = new TestCrew({ reach });
    assert.equal(
      crew.runSync((x: number) => x + 1, 1),
      2,
    );
    const jobs = Array.from({ length: 100 }, (_, index) => crew.call((x: number) => x * x, index));
    assert.equal(
      crew.runSync(() => "last"),
      "last",
    );
    assert.throws(
      () =>
        crew.runSync(() => {
          throw new RangeError("no");
        }),
      RangeError,
    );
    crew.close();
    assert.equal(crew.joinSync({ timeoutMs: 20_000 }), true);
    assert.ok(jobs.every((job, index) => (job.outcome as { value: number }).value === index ** 2));
  });

  test(`${title}: tens of thousands of tasks in flight all settle`, LIMIT, async () => {
    await using crew = new TestCrew({ reach });
    const same = (x: number): number => x;
    const calls = Array.from({ length: 20_000 }, (_, index) => crew.run(same, index));
    const values = await Promise.all(calls);
    assert.ok(values.every((value, index) => value === index));
    assert.equal(crew.pending, 0);
  });

  test(`${title}: what timers and sockets of earlier tasks do goes on`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    await crew.run(() => {
      const state = globalThis as { ticks?: number };
      state.ticks = 0;
      setInterval(() => state.ticks!++, 5);
    });
    const ticks = () => (globalThis as { ticks?: number }).ticks;
    const until = performance.now() + 20_000;
    while (((await crew.run(ticks)) as number) < 5) {
      assert.ok(performance.now() < until, "the timer does not run");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  test(`${title}: a task is withdrawn until it is begun`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    await crew.run(() => 0);
    const long = crew.call(() => new Promise((resolve) => setTimeout(resolve, 2_000)));
    const queued = Array.from({ length: 10 }, (_, index) => crew.call((x: number) => x, index));
    const until = performance.now() + 20_000;
    while (!crew.started(long)) assert.ok(performance.now() < until, "it does not start");
    assert.equal(crew.withdraw(long), false);
    assert.equal(crew.withdraw(queued[3]!), true);
    assert.equal(crew.withdraw(queued[3]!), false);
    const values = await Promise.all(
      queued.filter((_, index) => index !== 3).map((q) => q.promise),
    );
    assert.deepEqual(values, [0, 1, 2, 4, 5, 6, 7, 8, 9]);
    assert.equal(queued[3]!.outcome, undefined);
  });

  test(`${title}: a task that is told to stop learns why and stops`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1, graceMs: 20_000 });
    const { name } = crew.workers[0]!;
    const busy = crew.call(() => {
      while (!currentSignal().aborted);
      (globalThis as { why?: unknown }).why = currentSignal().reason;
    });
    const behind = crew.call(() => "done");
    await untilStarted(crew, busy);
    crew.interrupt(busy, new RangeError("enough"));
    await assert.rejects(busy.promise, { name: "RangeError", message: "enough" });
    assert.equal(await behind.promise, "done");
    const why = await crew.run(() => (globalThis as { why?: unknown }).why);
    assert.equal((why as Error).message, "enough");
    assert.equal(crew.workers[0]!.name, name);
  });

  test(`${title}: an asynchronous task hears of it too`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1, graceMs: 20_000 });
    const { name } = crew.workers[0]!;
    const waiting = crew.call(async () => {
      const signal = currentSignal();
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
        setTimeout(() => {}, 60_000).unref();
      });
    });
    await untilStarted(crew, waiting);
    await new Promise((resolve) => setTimeout(resolve, 50));
    crew.interrupt(waiting, new Error("enough"));
    await assert.rejects(waiting.promise, /enough/);
    assert.equal(await crew.run(() => 7), 7);
    assert.equal(crew.workers[0]!.name, name);
  });

  test(`${title}: one that goes on nevertheless loses its worker`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1 });
    const { name } = crew.workers[0]!;
    const busy = crew.call(() => {
      for (;;);
    });
    const queued = Array.from({ length: 5 }, (_, index) => crew.call((x: number) => x, index));
    await untilStarted(crew, busy);
    crew.interrupt(busy, new Error("enough"));
    await assert.rejects(busy.promise, /enough/);
    assert.deepEqual(await Promise.all(queued.map((job) => job.promise)), [0, 1, 2, 3, 4]);
    assert.notEqual(crew.workers[0]!.name, name);
  });

  test(`${title}: closed, it does what it has and ends`, LIMIT, async () => {
    const crew = new TestCrew({ reach });
    const calls = Array.from({ length: 100 }, (_, index) => crew.run((x: number) => x, index));
    crew.close();
    assert.throws(() => crew.call(() => 1), { code: "MANYHANDS_CLOSED" });
    assert.equal(await crew.join({ timeoutMs: 30_000 }), true);
    assert.equal(crew.state, "ended");
    assert.equal((await Promise.all(calls)).length, 100);
  });

  test(`${title}: terminated, it drops everything`, LIMIT, async () => {
    const crew = new TestCrew({ reach, size: 1 });
    const busy = crew.call(() => {
      for (;;);
    });
    const queued = crew.call(() => 1);
    await untilStarted(crew, busy);
    await crew.terminate(
      () => new Error("was running"),
      () => new Error("was queued"),
    );
    await assert.rejects(busy.promise, /was running/);
    await assert.rejects(queued.promise, /was queued/);
    assert.equal(crew.state, "ended");
  });

  test(`${title}: generators take turns under a policy with slices`, LIMIT, async () => {
    await using crew = new TestCrew({ reach, size: 1, schedule: { policy: "rr", sliceMs: 2 } });
    function* count(label: string): Generator<undefined, string> {
      const state = globalThis as { order?: string[]; begun?: number };
      state.order ??= [];
      state.begun = (state.begun ?? 0) + 1;
      while (state.begun < 2) yield;
      for (let slice = 0; slice < 3; slice++) {
        state.order.push(label);
        const until = performance.now() + 3;
        while (performance.now() < until);
        yield;
      }
      return label;
    }
    const calls = [crew.run(count, "a"), crew.run(count, "b")];
    assert.deepEqual(await Promise.all(calls), ["a", "b"]);
    const order = (await crew.run(() => (globalThis as { order?: string[] }).order)) as string[];
    assert.ok(["ababab", "bababa"].includes(order.join("")), order.join(""));
  });
}

export async function untilStarted(crew: TestCrew, job: Job): Promise<void> {
  const until = performance.now() + 30_000;
  while (!crew.started(job)) {
    assert.ok(performance.now() < until, "it does not start");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
