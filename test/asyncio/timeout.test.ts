import assert from "node:assert/strict";
import { setTimeout as plainSleep } from "node:timers/promises";
import { test } from "node:test";
import {
  createTask,
  currentTask,
  Event,
  getRunningLoop,
  sleep,
  timeout,
  waitFor,
  type Timeout,
} from "manyhands/asyncio";
import { CancelledError, StateError, TimeoutError } from "manyhands/errors";

const limit = { timeout: 60_000 };

test("a body that ends in time gives its value", limit, async () => {
  assert.equal(await timeout(10_000, () => sleep(1, "value")), "value");
  assert.equal(await timeout(null, async () => "no limit"), "no limit");
});

test(
  "inside, a time-out is a CancelledError; at the edge it is a TimeoutError",
  limit,
  async () => {
    let inside: unknown;
    const body = async (scope: Timeout): Promise<void> => {
      try {
        await sleep(10_000);
      } catch (error) {
        inside = error;
        assert.equal(scope.expired, true);
        await sleep(1);
        throw error;
      }
    };
    const late = timeout(1, body);
    await assert.rejects(late, (error: Error) => {
      assert.ok(error instanceof TimeoutError);
      assert.equal(error.cause, inside);
      return true;
    });
    assert.ok(inside instanceof CancelledError);
  },
);

test("a cancellation from outside is never turned into a time-out", limit, async () => {
  const event = new Event();
  const task = createTask(() => timeout(10_000, () => event.wait()));
  await sleep(1);
  task.cancel("outer");
  await assert.rejects(task, { name: "CancelledError", message: "outer" });
});

test("when both come, the cancellation from outside wins", limit, async () => {
  const expired = new Event();
  const task = createTask(() =>
    timeout(1, async () => {
      try {
        await sleep(10_000);
      } finally {
        expired.set();
        await assert.rejects(sleep(10_000), CancelledError);
      }
    }),
  );
  await expired.wait();
  await sleep(1);
  task.cancel("outer");
  await assert.rejects(task, CancelledError);
});

test("the outer of two time-outs passes through the inner", limit, async () => {
  const seen: string[] = [];
  const inner = async (): Promise<void> => {
    try {
      await timeout(10_000, () => sleep(10_000));
    } catch (error) {
      seen.push((error as Error).name);
      throw error;
    }
  };
  await assert.rejects(timeout(1, inner), TimeoutError);
  assert.deepEqual(seen, ["CancelledError"]);
});

test("the inner of two time-outs leaves the outer alone", limit, async () => {
  const value = await timeout(10_000, async () => {
    await assert.rejects(
      timeout(1, () => sleep(10_000)),
      TimeoutError,
    );
    return sleep(1, "outer goes on");
  });
  assert.equal(value, "outer goes on");
});

test("an error of the body passes unchanged, with the time-out as its cause", limit, async () => {
  const error = new Error("own");
  const quick = async (): Promise<never> => {
    throw error;
  };
  await assert.rejects(timeout(10_000, quick), (seen) => seen === error && !error.cause);
  const late = (): Promise<void> =>
    sleep(10_000).catch(() => {
      throw error;
    });
  await assert.rejects(timeout(1, late), (seen) => seen === error);
  assert.ok(error.cause instanceof TimeoutError);
});

test("a late result of the body is honoured", limit, async () => {
  const late = async (scope: Timeout): Promise<string> => {
    while (!scope.expired) await plainSleep(1);
    return "late";
  };
  assert.equal(await timeout(1, late), "late");
});

test("a body can set the time anew, or take it away", limit, async () => {
  const value = await timeout(10_000, async (scope) => {
    assert.ok(scope.when! > getRunningLoop().time());
    scope.reschedule(null);
    assert.equal(scope.when, null);
    scope.reschedule(20_000);
    return sleep(1, "rescheduled");
  });
  assert.equal(value, "rescheduled");
  await assert.rejects(
    timeout(null, (scope) => {
      scope.reschedule(1);
      return sleep(10_000);
    }),
    TimeoutError,
  );
});

test("a time cannot be set when the body has ended or the time is over", limit, async () => {
  let kept: Timeout | undefined;
  await timeout(10_000, (scope) => {
    kept = scope;
  });
  assert.throws(() => kept!.reschedule(1), StateError);
  const body = async (scope: Timeout): Promise<void> => {
    await assert.rejects(sleep(10_000), CancelledError);
    assert.throws(() => scope.reschedule(1), StateError);
  };
  await timeout(1, body);
});

test("a time of zero lets a body end that need not wait", limit, async () => {
  assert.equal(await timeout(0, async () => "at once"), "at once");
  await assert.rejects(
    timeout(0, () => sleep(10_000)),
    TimeoutError,
  );
});

test("a TimeoutError says how much time there was", limit, async () => {
  const late = {
    name: "TimeoutError",
    message: "timed out: not done within the 2 ms that were given",
  };
  await assert.rejects(
    timeout(2, () => sleep(10_000)),
    late,
  );
  await assert.rejects(
    waitFor(() => sleep(10_000), 2),
    late,
  );
});

test("bad times are RangeErrors", limit, async () => {
  await assert.rejects(
    timeout(-1, () => {}),
    RangeError,
  );
  await assert.rejects(
    timeout(NaN, () => {}),
    RangeError,
  );
});

test("only the awaits inside the body are cancelled", limit, async () => {
  const task = createTask(() =>
    Promise.allSettled([timeout(1, () => sleep(10_000)), sleep(30, "beside")]),
  );
  const [inside, beside] = await task;
  assert.equal(inside.status, "rejected");
  assert.deepEqual(beside, { status: "fulfilled", value: "beside" });
});

test("the signal inside the body aborts when the time is over", limit, async () => {
  const task = createTask(async () => {
    const outside = currentTask()!.signal;
    await assert.rejects(
      timeout(1, () => plainSleep(10_000, undefined, { signal: currentTask()!.signal })),
      TimeoutError,
    );
    assert.equal(outside.aborted, false);
    assert.equal(currentTask()!.cancelling, 0);
    return sleep(1, "unharmed");
  });
  assert.equal(await task, "unharmed");
});

test("a result that comes at the moment of the time-out is not lost", limit, async () => {
  let got = 0;
  let late = 0;
  for (let round = 0; round < 50; round++) {
    const work = createTask(() => sleep(1, "result"));
    try {
      assert.equal(await waitFor(work, 1), "result");
      got++;
    } catch (error) {
      assert.ok(error instanceof TimeoutError);
      assert.equal(work.cancelled, true);
      late++;
    }
  }
  assert.equal(got + late, 50);
});
