import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import {
  allTasks,
  createTask,
  currentTask,
  ensureFuture,
  Future,
  gather,
  run,
  shield,
  sleep,
  Task,
  timeout,
  wait,
} from "manyhands/asyncio";
import { signalOf } from "#internal/core/deadline.js";
import { currentFlow, inFlow, inNewFlow } from "#internal/core/flow.js";
import { CancelledError, InvalidStateError, StateError } from "manyhands/errors";

const limit = { timeout: 60_000 };

test("a task starts after the caller has gone on, in order of creation", limit, async () => {
  const seen: string[] = [];
  const first = createTask(() => seen.push("first"));
  const second = createTask(() => seen.push("second"));
  seen.push("caller");
  await first;
  await second;
  assert.deepEqual(seen, ["caller", "first", "second"]);
});

test("an eager task runs up to its first await inside the call", limit, async () => {
  const seen: string[] = [];
  const body = async (): Promise<void> => {
    seen.push(currentTask()!.name);
    await sleep(0);
    seen.push("later");
  };
  const task = createTask(body, { name: "eager", eagerStart: true });
  seen.push("caller");
  await task;
  assert.deepEqual(seen, ["eager", "caller", "later"]);
  assert.equal(currentTask(), null);
});

test("the running task is known after every await, also of plain promises", limit, async () => {
  const body = async (): Promise<string[]> => {
    const names = [currentTask()!.name];
    await new Promise((resolve) => setTimeout(resolve, 1));
    names.push(currentTask()!.name);
    await sleep(1);
    return [...names, currentTask()!.name];
  };
  const both = await gather([
    createTask(body, { name: "a" }),
    createTask(body, { name: "b" }),
  ] as const);
  assert.deepEqual(both, [
    ["a", "a", "a"],
    ["b", "b", "b"],
  ]);
});

test("names are Task-N unless given and can be changed", limit, async () => {
  const task = createTask(async () => {});
  assert.match(task.name, /^Task-\d+$/);
  task.name = "renamed";
  assert.equal(String(task), '<Task "renamed" pending>');
  await task;
  assert.equal(String(task), '<Task "renamed" fulfilled>');
});

test("a task keeps the async context of its creator, or the one it is given", limit, async () => {
  const storage = new AsyncLocalStorage<string>();
  const other = storage.run("other", () => AsyncLocalStorage.snapshot());
  const seen = await storage.run("creator", () =>
    gather([
      createTask(async () => storage.getStore()),
      createTask(async () => storage.getStore(), { context: other }),
    ] as const),
  );
  assert.deepEqual(seen, ["creator", "other"]);
});

test("result and exception ask for what is not there yet in vain", limit, async () => {
  const task = createTask(async () => 5);
  assert.throws(() => task.result(), InvalidStateError);
  assert.throws(() => task.exception(), InvalidStateError);
  await task;
  assert.equal(task.result(), 5);
  assert.equal(task.exception(), null);
  assert.throws(() => task.setResult(), InvalidStateError);
});

test("a failed task throws its own error at every await", limit, async () => {
  const error = new Error("broken");
  const task = createTask(() => {
    throw error;
  });
  for (let times = 0; times < 2; times++) await assert.rejects(task, (seen) => seen === error);
  assert.equal(task.exception(), error);
  assert.equal(task.cancelled, false);
  const odd = createTask(() => Promise.reject(null as never));
  await assert.rejects(odd, (thrown) => thrown === null);
  assert.equal(String(odd.exception()), "Error: null was thrown");
});

test("done callbacks come later, in order, and do not disturb one another", limit, async () => {
  const seen: unknown[] = [];
  const errors: unknown[] = [];
  const { getRunningLoop } = await import("manyhands/asyncio");
  getRunningLoop().setExceptionHandler(({ exception }) => errors.push(exception));
  try {
    const future = new Future<number>();
    const removed = (): void => void seen.push("removed");
    future.addDoneCallback(() => seen.push(1));
    future.addDoneCallback(removed);
    future.addDoneCallback(removed);
    future.addDoneCallback(() => {
      throw new Error("callback");
    });
    future.addDoneCallback((done) => seen.push(done === future));
    assert.equal(future.removeDoneCallback(removed), 2);
    future.setResult(7);
    future.addDoneCallback(() => seen.push("after"));
    assert.deepEqual(seen, []);
    await sleep(0);
    assert.deepEqual(seen, [1, true, "after"]);
    assert.match(String(errors), /callback/);
  } finally {
    getRunningLoop().setExceptionHandler(null);
  }
});

test("a future is settled once", limit, async () => {
  const future = new Future<number>();
  future.setResult(1);
  assert.throws(() => future.setResult(2), InvalidStateError);
  assert.throws(() => future.setException(new Error("no")), InvalidStateError);
  assert.equal(future.cancel(), false);
  assert.equal(await future, 1);
});

test("awaiting oneself is refused", limit, async () => {
  const task: Task<unknown> = createTask(async (): Promise<unknown> => task);
  await assert.rejects(task, StateError);
});

test("ensureFuture keeps futures, starts functions and wraps promises", limit, async () => {
  const future = new Future<number>();
  assert.equal(ensureFuture(future), future);
  assert.ok(ensureFuture(async () => 1) instanceof Task);
  assert.equal(await ensureFuture(Promise.resolve(3)), 3);
  assert.throws(() => ensureFuture(5 as never), TypeError);
  assert.throws(() => createTask("text" as never), TypeError);
});

test("allTasks has the unfinished tasks of the run", limit, async () => {
  await run(async () => {
    const task = createTask(() => sleep(1000));
    assert.deepEqual(allTasks(), new Set([currentTask()!, task as Task<unknown>]));
    task.cancel();
    await wait([task]);
    assert.deepEqual(allTasks(), new Set([currentTask()!]));
  });
});

test("a shield lets the inside go on when the outside is cancelled", limit, async () => {
  const gate = new Future<string>();
  const inner = createTask(async () => await gate);
  const outer = createTask(async () => shield(inner));
  await sleep(0);
  outer.cancel();
  await assert.rejects(outer, CancelledError);
  assert.equal(inner.done, false);
  gate.setResult("kept");
  assert.equal(await inner, "kept");
});

test("cancelling the inside of a shield cancels the outside", limit, async () => {
  const inner = createTask(() => sleep(1000));
  const outer = shield(inner);
  await sleep(0);
  inner.cancel("inside");
  await assert.rejects(outer, { name: "CancelledError", message: "inside" });
  assert.equal(outer.cancelled, true);
});

test("a task is a flow of its own, over all its awaits", limit, async () => {
  const flowsOf = async (): Promise<number[]> => {
    const first = currentFlow();
    await sleep(1);
    const scoped = await timeout(10_000, async () => currentFlow());
    return [first, currentFlow(), scoped, await inFlow(async () => currentFlow())];
  };
  const [one, two] = await gather([createTask(flowsOf), createTask(flowsOf)] as const);
  assert.deepEqual(one, Array(4).fill(one[0]));
  assert.deepEqual(two, Array(4).fill(two[0]));
  assert.notEqual(one[0], two[0]);
});

test("a flow opened inside a task still belongs to it", limit, async () => {
  const task: Task<void> = createTask(() =>
    inNewFlow(async (): Promise<void> => {
      await sleep(1);
      assert.equal(currentTask(), task);
      await sleep(10_000);
    }),
  );
  await sleep(5);
  task.cancel();
  await assert.rejects(task, CancelledError);
});

test("the waits of other modules end with the task, once", limit, async () => {
  const aborted = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason as Error)),
    );
  const task = createTask(async () => {
    try {
      await aborted(signalOf(undefined)!);
    } finally {
      assert.equal(signalOf(undefined)!.aborted, false, "a fresh signal for cleaning up");
      await sleep(1);
    }
  });
  await sleep(0);
  task.cancel("stop");
  await assert.rejects(task, { name: "CancelledError", message: "stop" });
  assert.equal(signalOf(undefined), undefined);
});
