import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asCompleted,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  gather,
  sleep,
  wait,
  waitFor,
} from "manyhands/asyncio";
import { CancelledError, TimeoutError } from "manyhands/errors";

const limit = { timeout: 60_000 };
const failing = (message: string) => async (): Promise<never> => {
  await sleep(0);
  throw new Error(message);
};

test("gather gives results in the order of its arguments, whatever they are", limit, async () => {
  const results = await gather([
    () => sleep(3, "slow"),
    async () => "quick",
    () => "sync",
    Promise.resolve(4),
    createTask(() => sleep(1, 5)),
  ]);
  assert.deepEqual(results, ["slow", "quick", "sync", 4, 5]);
  assert.deepEqual(await gather([]), []);
});

test("gather fails with the first error and leaves the others alone", limit, async () => {
  const gate = new Future<string>();
  const sibling = createTask(async () => await gate);
  await assert.rejects(gather([sibling, failing("first")]), /first/);
  assert.equal(sibling.done, false);
  gate.setResult("goes on");
  assert.equal(await sibling, "goes on");
});

test("gather can give errors and cancellations as results", limit, async () => {
  const cancelled = createTask(() => sleep(10_000));
  cancelled.cancel("one of them");
  const [value, error, cancellation] = await gather([async () => 1, failing("two"), cancelled], {
    returnExceptions: true,
  });
  assert.equal(value, 1);
  assert.match(String(error), /two/);
  assert.ok((cancellation as unknown) instanceof CancelledError);
});

test("cancelling a gather, or the task that awaits it, cancels every part", limit, async () => {
  const parts = [createTask(() => sleep(10_000)), createTask(() => sleep(10_000))];
  const outer = createTask(async () => await gather(parts));
  await sleep(1);
  outer.cancel();
  await assert.rejects(outer, CancelledError);
  await wait(parts);
  assert.deepEqual(
    parts.map((part) => part.cancelled),
    [true, true],
  );
});

test("a gather that fails as it is cancelled hands the cancellation back", limit, async () => {
  const seen: unknown[] = [];
  let fail!: (error: Error) => void;
  const failing = new Promise<never>((_, reject) => (fail = reject));
  const task = createTask(async () => {
    await gather([() => failing]).catch((error: Error) => seen.push(error.message));
    await sleep(0);
    seen.push("went on");
  });
  await sleep(0);
  task.cancel();
  fail(new Error("it went wrong"));
  await assert.rejects(task, CancelledError);
  assert.deepEqual(seen, ["it went wrong"]);
});

test("a part that is cancelled by itself fails the gather with CancelledError", limit, async () => {
  const part = createTask(() => sleep(10_000));
  const other = createTask(() => sleep(2, "other"));
  const all = gather([part, other]);
  part.cancel("just this one");
  await assert.rejects(all, { name: "CancelledError", message: "just this one" });
  assert.equal(await other, "other");
});

test("a task given twice shares its result, a function given twice runs twice", limit, async () => {
  let runs = 0;
  const body = async (): Promise<number> => ++runs;
  const task = createTask(body);
  const promise = Promise.resolve("shared");
  const results = await gather([task, task, promise, promise]);
  assert.deepEqual(results, [1, 1, "shared", "shared"]);
  assert.deepEqual(await gather([body, body]), [2, 3]);
});

test("gather refuses what cannot be awaited before it starts anything", limit, () => {
  let ran = false;
  assert.throws(() => gather([() => (ran = true), 5 as never]), TypeError);
  assert.equal(ran, false);
});

test("wait comes back when all are done, with sets of what it was given", limit, async () => {
  const good = createTask(() => sleep(1));
  const bad = createTask(failing("bad"));
  const { done, pending } = await wait([good, bad]);
  assert.deepEqual(done, new Set([good, bad]));
  assert.equal(pending.size, 0);
});

test("wait can come back at the first, or at the first failure", limit, async () => {
  const quick = createTask(() => sleep(1));
  const slow = createTask(() => sleep(10_000));
  const first = await wait([quick, slow], { returnWhen: FIRST_COMPLETED });
  assert.deepEqual([[...first.done], [...first.pending]], [[quick], [slow]]);
  const bad = createTask(failing("bad"));
  const failed = await wait([bad, slow], { returnWhen: FIRST_EXCEPTION });
  assert.deepEqual([[...failed.done], [...failed.pending]], [[bad], [slow]]);
  slow.cancel();
  await wait([slow], { returnWhen: FIRST_EXCEPTION });
});

test("wait neither cancels nor throws when the time is over", limit, async () => {
  const gate = new Future<string>();
  const slow = createTask(async () => await gate);
  const { done, pending } = await wait([slow], { timeoutMs: 1 });
  assert.equal(done.size, 0);
  assert.deepEqual(pending, new Set([slow]));
  gate.setResult("in the end");
  assert.equal(await slow, "in the end");
});

test("wait refuses functions, single tasks, empty lists and bad times", limit, async () => {
  await assert.rejects(wait([async () => {}] as never), TypeError);
  await assert.rejects(wait(new Future() as never), TypeError);
  await assert.rejects(wait([]), RangeError);
  await assert.rejects(wait([sleep(0)], { timeoutMs: -1 }), RangeError);
  await assert.rejects(wait([sleep(0)], { returnWhen: "SOMETIMES" as never }), RangeError);
});

test("cancelling the waiter leaves what it waits for alone", limit, async () => {
  const gate = new Future<string>();
  const slow = createTask(async () => await gate);
  const waiter = createTask(() => wait([slow]));
  await sleep(0);
  waiter.cancel();
  await assert.rejects(waiter, CancelledError);
  gate.setResult("slow");
  assert.equal(await slow, "slow");
});

test("asCompleted reports in order of completion, errors too", limit, async () => {
  const [last, middle] = [new Future<string>(), new Future<string>()];
  const slow = createTask(async () => await last);
  const quick = createTask(() => sleep(1, "quick"));
  const reports = [];
  for await (const report of asCompleted([slow, middle, quick, quick])) {
    reports.push(report);
    if (reports.length === 1) middle.setException(new Error("bad"));
    else if (reports.length === 2) last.setResult("slow");
  }
  assert.deepEqual(
    reports.map(({ index, status }) => [index, status]),
    [
      [2, "fulfilled"],
      [1, "rejected"],
      [0, "fulfilled"],
    ],
  );
  assert.equal(reports[0]!.task, quick);
  assert.ok(reports[0]!.status === "fulfilled" && reports[0]!.value === "quick");
  assert.ok(reports[1]!.status === "rejected" && /bad/.test(String(reports[1]!.reason)));
});

test("asCompleted fails when its time is over, and leaves the rest alone", limit, async () => {
  const gate = new Future<string>();
  const slow = createTask(async () => await gate);
  const reports = asCompleted([slow], { timeoutMs: 1 });
  await assert.rejects(reports.next(), { name: "TimeoutError", message: /1 \(of 1\)/ });
  gate.setResult("slow");
  assert.equal(await slow, "slow");
});

test("asCompleted heeds a signal, and refuses what is no wait", limit, async () => {
  const controller = new AbortController();
  const future = new Future<string>();
  const next = asCompleted([future], { signal: controller.signal }).next();
  controller.abort(new RangeError("enough"));
  await assert.rejects(next, { name: "RangeError", message: "enough" });
  assert.equal(future.done, false);
  for (const bad of [20, null, { signal: {} }])
    assert.throws(() => asCompleted([future], bad as never), TypeError);
});

test("waitFor gives the result in time, or cancels, waits and fails", limit, async () => {
  assert.equal(await waitFor(() => sleep(1, "in time"), 10_000), "in time");
  const seen: string[] = [];
  const body = async (): Promise<void> => {
    try {
      await sleep(10_000);
    } finally {
      await sleep(3);
      seen.push("ended");
    }
  };
  await assert.rejects(waitFor(body, 1), TimeoutError);
  assert.deepEqual(seen, ["ended"]);
});

test("waitFor honours a late result and a late error", limit, async () => {
  const late = async (): Promise<string> => {
    await sleep(10_000).catch(() => {});
    return "late";
  };
  assert.equal(await waitFor(late, 1), "late");
  const worse = (): Promise<void> =>
    sleep(10_000).catch(() => {
      throw new Error("while stopping");
    });
  await assert.rejects(waitFor(worse, 1), /while stopping/);
});

test("waitFor without time takes only what is done and starts nothing", limit, async () => {
  let ran = false;
  await assert.rejects(
    waitFor(() => (ran = true), 0),
    TimeoutError,
  );
  assert.equal(ran, false);
  const task = createTask(async () => 7);
  await task;
  assert.equal(await waitFor(task, 0), 7);
  assert.equal(await waitFor(Promise.resolve(8), 0), 8);
  const slow = createTask(() => sleep(10_000));
  await assert.rejects(waitFor(slow, 0), TimeoutError);
  assert.equal(slow.cancelled, true);
  await assert.rejects(waitFor(slow, -1), RangeError);
  await assert.rejects(waitFor(slow, NaN), RangeError);
});

test(
  "cancelling the task around waitFor cancels the inside, and is no time-out",
  limit,
  async () => {
    const inner = createTask(() => sleep(10_000));
    const outer = createTask(() => waitFor(inner, 5_000));
    await sleep(1);
    outer.cancel("from outside");
    await assert.rejects(outer, { name: "CancelledError", message: "from outside" });
    assert.equal(inner.cancelled, true);
  },
);

test("waitFor on a plain promise comes back in time", limit, async () => {
  await assert.rejects(waitFor(new Promise(() => {}), 2), TimeoutError);
});

test("gather refuses options that are no object, and starts nothing", limit, async () => {
  let started = false;
  assert.throws(() => gather([() => void (started = true)], true as never), TypeError);
  await sleep(0);
  assert.equal(started, false);
});
