import assert from "node:assert/strict";
import { setTimeout as plainSleep } from "node:timers/promises";
import { test } from "node:test";
import {
  cancellable,
  checkpoint,
  createTask,
  currentTask,
  Event,
  Future,
  sleep,
  type Task,
  timeout,
  type Timeout,
} from "manyhands/asyncio";
import { CancelledError } from "manyhands/errors";

const limit = { timeout: 60_000 };

/** A promise of nobody's library, and what resolves it. */
function plainGate(): { promise: Promise<void>; open: () => void } {
  let open!: () => void;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

test("a cancellation is thrown at the await, with its message", limit, async () => {
  const task = createTask(() => sleep(10_000));
  await sleep(0);
  assert.equal(task.cancel("enough"), true);
  await assert.rejects(task, { name: "CancelledError", message: "enough" });
  assert.equal(task.cancelled, true);
  assert.equal(task.cancel(), false);
  assert.throws(() => task.result(), CancelledError);
});

test("a task cancelled before it began never runs", limit, async () => {
  let ran = false;
  const task = createTask(async () => {
    ran = true;
  });
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(ran, false);
});

test("cleaning up may await: a cancellation is thrown once", limit, async () => {
  const seen: string[] = [];
  const task = createTask(async () => {
    try {
      await sleep(10_000);
    } finally {
      await sleep(1);
      await checkpoint();
      seen.push("cleaned up");
    }
  });
  await sleep(0);
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.deepEqual(seen, ["cleaned up"]);
});

test("a task may catch its cancellation and go on", limit, async () => {
  const task = createTask(async () => {
    try {
      await sleep(10_000);
    } catch (error) {
      assert.ok(error instanceof CancelledError);
      assert.equal(currentTask()!.cancelling, 1);
      assert.equal(currentTask()!.uncancel(), 0);
    }
    return sleep(1, "went on");
  });
  await sleep(0);
  task.cancel();
  assert.equal(await task, "went on");
  assert.equal(task.cancelled, false);
});

test("cancelling counts, and uncancel withdraws what was not thrown yet", limit, async () => {
  const task = createTask(async () => {
    const me = currentTask()!;
    me.cancel();
    me.cancel();
    assert.equal(me.cancelling, 2);
    assert.equal(me.uncancel(), 1);
    assert.equal(me.uncancel(), 0);
    assert.equal(me.uncancel(), 0);
    await sleep(0);
    return "not cancelled";
  });
  assert.equal(await task, "not cancelled");
});

test("a task that cancels itself is stopped by its next await", limit, async () => {
  const task = createTask(async () => {
    currentTask()!.cancel();
    await sleep(10_000);
  });
  await assert.rejects(task, CancelledError);
});

test("a task that cancels itself and returns is cancelled", limit, async () => {
  const task = createTask(async () => {
    currentTask()!.cancel();
    return 12;
  });
  await assert.rejects(task, CancelledError);
});

test("a plain await cannot be interrupted; the next await of ours is", limit, async () => {
  const seen: string[] = [];
  const gate = plainGate();
  const task = createTask(async () => {
    await gate.promise;
    seen.push("after the plain await");
    await checkpoint();
    seen.push("never");
  });
  await sleep(0);
  task.cancel();
  gate.open();
  await assert.rejects(task, CancelledError);
  assert.deepEqual(seen, ["after the plain await"]);
});

test("a result that was on its way when the cancellation came is kept", limit, async () => {
  const gate = plainGate();
  const task = createTask(async () => {
    await gate.promise;
    return "late";
  });
  await sleep(0);
  task.cancel();
  gate.open();
  assert.equal(await task, "late");
});

test("cancellable makes any promise a point where a cancellation arrives", limit, async () => {
  const never = new Promise<void>(() => {});
  const task = createTask(() => cancellable(never));
  await sleep(0);
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(await cancellable(Promise.resolve(4)), 4);
  await assert.rejects(cancellable(Promise.reject(new Error("own"))), /own/);
});

test("cancelling a task cancels the task that it awaits", limit, async () => {
  const inner = createTask(() => sleep(10_000));
  const outer = createTask(async () => await inner);
  await sleep(1);
  outer.cancel("from above");
  await assert.rejects(outer, { message: "from above" });
  assert.equal(inner.cancelled, true);
});

test("an awaited task that does not stop gives its late result", limit, async () => {
  const inner = createTask(async () => {
    try {
      await sleep(10_000);
    } catch {
      return "would not stop";
    }
    return "";
  });
  const outer = createTask(async () => await inner);
  await sleep(1);
  outer.cancel();
  assert.equal(await outer, "would not stop");
});

test("awaiting a future passes the cancellation on to it", limit, async () => {
  const future = new Future<number>();
  const task = createTask(async () => await future);
  await sleep(1);
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(future.cancelled, true);
});

test("all awaits that a task has open at once are cancelled", limit, async () => {
  const event = new Event();
  const task = createTask(() => Promise.all([sleep(10_000), event.wait(), sleep(9_000)]));
  await sleep(1);
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.match(String(event), /0 waiting/);
});

test("the signal of a task stops what is not ours, and cleaning up may await", limit, async () => {
  const seen: string[] = [];
  const task = createTask(async () => {
    try {
      await plainSleep(10_000, undefined, { signal: currentTask()!.signal });
    } finally {
      await sleep(1);
      seen.push("cleaned up");
    }
  });
  await sleep(1);
  task.cancel("stop");
  await assert.rejects(task, { name: "CancelledError", message: "stop" });
  assert.deepEqual(seen, ["cleaned up"]);
});

test(
  "a signal that is only looked at leaves the cancellation to the next await",
  limit,
  async () => {
    let aborted = false;
    const gate = plainGate();
    const task = createTask(async () => {
      currentTask()!.signal.addEventListener("abort", () => (aborted = true));
      await gate.promise;
      await sleep(10_000);
    });
    await sleep(1);
    task.cancel();
    gate.open();
    await assert.rejects(task, CancelledError);
    assert.equal(aborted, true);
  },
);

test("the signal's reason is the CancelledError", limit, async () => {
  const task = createTask(() => sleep(10_000));
  const { signal } = task;
  assert.equal(signal.aborted, false);
  await sleep(0);
  task.cancel("why");
  assert.equal(signal.aborted, true);
  assert.ok(signal.reason instanceof CancelledError);
  assert.equal(signal.reason.message, "why");
  assert.equal(task.signal, signal);
  await assert.rejects(task, (error) => error === signal.reason);
});

test("after uncancel the task has a fresh signal", limit, async () => {
  const task = createTask(async () => {
    const me = currentTask()!;
    const before = me.signal;
    await assert.rejects(sleep(10_000), CancelledError);
    assert.equal(me.signal, before);
    me.uncancel();
    assert.notEqual(me.signal, before);
    assert.equal(me.signal.aborted, false);
    return before.aborted;
  });
  await sleep(0);
  task.cancel();
  assert.equal(await task, true);
});

test("a cancellation that an awaited task did not live to see is not lost", limit, async () => {
  const seen: string[] = [];
  const task: Task<void> = createTask(async () => {
    seen.push(await createTask(async () => (task.cancel("from inside"), "a result")));
    await sleep(0);
    seen.push("went on");
  });
  await assert.rejects(task, { name: "CancelledError", message: "from inside" });
  assert.deepEqual(seen, ["a result"]);
});

test("neither is one that came when a limit of time had passed", limit, async () => {
  const { promise, open } = plainGate();
  let scope: Timeout | undefined;
  const task = createTask(async () => {
    const late = await timeout(1, (around) => {
      scope = around;
      return createTask(() => promise.then(() => "late"));
    });
    await sleep(0);
    return late;
  });
  do await sleep(1);
  while (!scope!.expired);
  task.cancel("from outside");
  open();
  await assert.rejects(task, { name: "CancelledError", message: "from outside" });
});

test("a cancellation that an awaited task caught is not thrown again", limit, async () => {
  const task = createTask(async () => {
    const inner = createTask(() => sleep(10_000).catch(() => "swallowed"));
    return [await inner, await sleep(0, "went on")];
  });
  await sleep(0);
  task.cancel();
  assert.deepEqual(await task, ["swallowed", "went on"]);
});
