import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask, currentTask, Event, sleep, TaskGroup, type Task } from "manyhands/asyncio";
import { CancelledError, ManyhandsError, StateError, TaskGroupError } from "manyhands/errors";

const limit = { timeout: 60_000 };
const fail = async (message: string): Promise<never> => {
  throw new Error(message);
};
const messages = (error: unknown): string[] =>
  (error as TaskGroupError).errors.map((one: Error) => one.message).sort();

test("a group waits for its tasks, also for those they add", limit, async () => {
  const seen: string[] = [];
  const value = await TaskGroup.run(async (group) => {
    group.createTask(async () => {
      await sleep(1);
      group.createTask(async () => void seen.push("grandchild"));
      seen.push("child");
    });
    return "body";
  });
  assert.equal(value, "body");
  assert.deepEqual(seen, ["child", "grandchild"]);
});

test("the first failure cancels siblings and body, and is thrown in a group", limit, async () => {
  const event = new Event();
  let sibling: Task<true> | undefined;
  let body: unknown;
  const run = TaskGroup.run(async (group) => {
    sibling = group.createTask(() => event.wait());
    group.createTask(() => fail("child"));
    try {
      await event.wait();
    } catch (error) {
      body = error;
      throw error;
    }
  });
  await assert.rejects(run, (error: unknown) => {
    assert.ok(error instanceof TaskGroupError);
    assert.ok(error instanceof AggregateError);
    assert.ok((error as unknown) instanceof ManyhandsError);
    assert.deepEqual(messages(error), ["child"]);
    return true;
  });
  assert.ok(body instanceof CancelledError);
  assert.equal(sibling!.cancelled, true);
});

test("the body's own error is among the errors, and cancels the tasks", limit, async () => {
  const run = TaskGroup.run(async (group) => {
    group.createTask(async () => {
      await sleep(10_000).catch(() => fail("while stopping"));
    });
    await sleep(0);
    throw new Error("body");
  });
  await assert.rejects(run, (error: unknown) => {
    assert.deepEqual(messages(error), ["body", "while stopping"]);
    return true;
  });
});

test("a task that is cancelled by itself does not fail the group", limit, async () => {
  const value = await TaskGroup.run(async (group) => {
    const child = group.createTask(() => sleep(10_000));
    const other = group.createTask(() => sleep(1, "other"));
    await sleep(0);
    child.cancel();
    return other;
  });
  assert.equal(value, "other");
});

test("a cancellation from outside stops the tasks and passes on", limit, async () => {
  const children: Task<void>[] = [];
  const task = createTask(() =>
    TaskGroup.run(async (group) => {
      children.push(group.createTask(() => sleep(10_000)));
    }),
  );
  await sleep(1);
  task.cancel("outer");
  await assert.rejects(task, { name: "CancelledError", message: "outer" });
  assert.equal(children[0]!.cancelled, true);
});

test("errors go before a cancellation, which then stops the next await", limit, async () => {
  const task = createTask(async () => {
    const group = TaskGroup.run(async (inside) => {
      inside.createTask(() => sleep(10_000).catch(() => fail("while stopping")));
      await sleep(10_000);
    });
    await assert.rejects(group, TaskGroupError);
    assert.equal(currentTask()!.cancelling, 1);
    await sleep(10_000);
  });
  await sleep(1);
  task.cancel();
  await assert.rejects(task, CancelledError);
});

test("a failing task does not cancel what the parent awaits afterwards", limit, async () => {
  const task = createTask(async () => {
    await assert.rejects(
      TaskGroup.run((group) => void group.createTask(() => fail("child"))),
      TaskGroupError,
    );
    return sleep(1, currentTask()!.cancelling);
  });
  assert.equal(await task, 0);
});

test("a group cancelled by itself ends without an error", limit, async () => {
  const value = await TaskGroup.run(async (group) => {
    const child = group.createTask(() => sleep(10_000));
    await sleep(0);
    group.cancel();
    group.cancel();
    await sleep(10_000);
    return child;
  });
  assert.equal(value, undefined);
});

test("no task can be added when the group has ended or is shutting down", limit, async () => {
  let kept: TaskGroup | undefined;
  await TaskGroup.run((group) => {
    kept = group;
  });
  assert.throws(() => kept!.createTask(async () => {}), StateError);
  await TaskGroup.run((group) => {
    group.cancel();
    assert.throws(() => group.createTask(async () => {}), StateError);
  });
});

test("a group can be a resource of the block around it", limit, async () => {
  const seen: string[] = [];
  const task = createTask(async () => {
    await using group = new TaskGroup();
    group.createTask(async () => {
      await sleep(1);
      seen.push("child");
    });
    seen.push("body");
  });
  await task;
  assert.deepEqual(seen, ["body", "child"]);
});

test(
  "as a resource too, a failing task cancels the block, and the group throws",
  limit,
  async () => {
    const task = createTask(async () => {
      const group = new TaskGroup();
      group.createTask(() => fail("child"));
      await assert.rejects(sleep(10_000), CancelledError);
      await assert.rejects(group[Symbol.asyncDispose](), TaskGroupError);
      await group[Symbol.asyncDispose]();
      return sleep(1, "unharmed");
    });
    assert.equal(await task, "unharmed");
  },
);
