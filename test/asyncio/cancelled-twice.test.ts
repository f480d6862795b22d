import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allTasks,
  createTask,
  currentTask,
  Event,
  Future,
  gather,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  waitFor,
} from "manyhands/asyncio";
import { Lock } from "manyhands/threading";

const limit = { timeout: 60_000 };
const interrupted = new Error("cleaning up was interrupted");

/** Waits, and tells when it has cleaned up, which takes an await. */
function worker(seen: string[], name: string, wait: () => PromiseLike<unknown> = asleep) {
  return async (): Promise<void> => {
    try {
      await wait();
    } finally {
      await sleep(1).catch(() => Promise.reject(interrupted));
      seen.push(name);
    }
  };
}

const asleep = (): Promise<void> => sleep(60_000);
const never = new Event();
const held = new Lock();
held.acquireSync();
const { signal } = new AbortController();

const waits: Readonly<Record<string, () => PromiseLike<unknown>>> = {
  "a sleep": asleep,
  "a future": () => new Future(),
  "a shield": () => shield(new Future()),
  "a gather": () => gather([new Future(), asleep]),
  "several at once": () => Promise.all([asleep(), new Future(), never.wait(), held.acquire()]),
  "a limit of time": () => timeout(60_000, asleep),
  "a future for a limited time": () => waitFor(new Future(), 60_000),
  "a task": () => createTask(asleep),
  "a task group": () => TaskGroup.run((group) => void group.createTask(asleep)),
  "the body of a task group": () => TaskGroup.run(asleep),
  "a lock between threads": () => held.acquire(),
  "a lock between threads, with a signal": () => held.acquire({ signal }),
};

for (const [name, wait] of Object.entries(waits)) {
  test(`cancelled twice in a turn, ${name} is told once`, limit, async () => {
    const seen: string[] = [];
    const task = createTask(worker(seen, "cleaned up", wait));
    await sleep(0);
    task.cancel();
    task.cancel();
    await assert.rejects(task, { name: "CancelledError" });
    assert.deepEqual(seen, ["cleaned up"]);
    assert.equal(task.cancelling, 2);
  });

  test(
    `a second cancellation, of one who heeded the first in ${name}, arrives`,
    limit,
    async () => {
      const heeded = new Future<string>();
      const task = createTask(async () => {
        try {
          await wait();
        } catch (error) {
          heeded.setResult((error as Error).name);
        }
        await sleep(60_000);
      });
      await sleep(0);
      task.cancel();
      assert.equal(await heeded, "CancelledError");
      task.cancel("and again");
      await assert.rejects(task, { name: "CancelledError", message: "and again" });
    },
  );
}

test("a lock between threads, once cancelled, lets its task clean up", limit, async () => {
  for (const wait of [() => held.acquire(), () => held.acquire({ signal })]) {
    const seen: string[] = [];
    const task = createTask(worker(seen, "cleaned up", wait));
    await sleep(0);
    task.cancel();
    await assert.rejects(task, { name: "CancelledError" });
    assert.deepEqual(seen, ["cleaned up"]);
  }
});

test("all tasks may be cancelled at once, also where one awaits another", limit, async () => {
  const seen: string[] = [];
  await run(async () => {
    const child = createTask(worker(seen, "child"));
    const parent = createTask(worker(seen, "parent", () => child));
    await sleep(0);
    for (const task of allTasks()) if (task !== currentTask()) task.cancel();
    await gather([parent, child], { returnExceptions: true });
  });
  assert.deepEqual(seen, ["child", "parent"]);
});

test("what is left at the end of a run is told once", limit, async () => {
  const seen: string[] = [];
  await run(async () => {
    const child = createTask(worker(seen, "child"));
    createTask(worker(seen, "parent", () => child));
    await sleep(0);
  });
  assert.deepEqual(seen, ["child", "parent"]);
});

test("so are the children of a group that fails", limit, async () => {
  const seen: string[] = [];
  const group = TaskGroup.run(async (children) => {
    const child = children.createTask(worker(seen, "child"));
    children.createTask(worker(seen, "parent", () => child));
    await sleep(0);
    throw new Error("of the body");
  });
  await assert.rejects(group, { errors: [new Error("of the body")] });
  assert.deepEqual(seen, ["child", "parent"]);
});

test("and one that was cancelled just before its group fails", limit, async () => {
  const seen: string[] = [];
  const deeply = async (depth: number): Promise<never> => {
    if (depth === 0) throw new Error("of the body");
    return await deeply(depth - 1);
  };
  const group = TaskGroup.run(async (children) => {
    const child = children.createTask(worker(seen, "child"));
    await sleep(0);
    child.cancel();
    await deeply(10);
  });
  await assert.rejects(group, { errors: [new Error("of the body")] });
  assert.deepEqual(seen, ["child"]);
});

test("a group that ends itself does not end a cancellation from outside", limit, async () => {
  const seen: string[] = [];
  let end: (() => void) | undefined;
  const task = createTask(async () => {
    await TaskGroup.run(async (group) => {
      end = () => group.cancel();
      await worker(seen, "cleaned up")();
    });
    return "went on";
  });
  await sleep(0);
  end!();
  task.cancel("from outside");
  await assert.rejects(task, { name: "CancelledError", message: "from outside" });
  assert.deepEqual(seen, ["cleaned up"]);
});

test("what cancels itself while it is told is told again", limit, async () => {
  const task = createTask(async () => {
    await asleep().catch(() => currentTask()!.cancel("by itself"));
    await sleep(0);
  });
  await sleep(0);
  task.cancel();
  await assert.rejects(task, { message: "by itself" });
});
