import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import {
  createTask,
  currentTask,
  Event,
  gather,
  Lock,
  Queue,
  run,
  shield,
  sleep,
  TaskGroup,
  timeout,
  type Timeout,
  waitFor,
} from "manyhands/asyncio";
import { TaskGroupError } from "manyhands/errors";
import { packageRoot } from "../support/package-root.js";

async function outcome(awaitable: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await awaitable;
  } catch (error) {
    if (error instanceof TaskGroupError)
      return error.errors.map((one: Error) => one.message).sort();
    const { name, message } = error as Error;
    return [name === "Error" ? "ValueError" : name, message];
  }
}

const fail = async (message: string): Promise<never> => {
  throw new Error(message);
};

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await sleep(0);
}

const stubborn = async (result: string): Promise<string> => {
  await sleep(60_000).catch(() => {});
  return result;
};

/** Sleeps, and says what became of its cleaning up. */
async function cleaningUp(seen: string[]): Promise<void> {
  try {
    await sleep(60_000);
  } finally {
    await sleep(1).then(
      () => seen.push("cleaned up"),
      () => seen.push("interrupted"),
    );
  }
}

const nameOf = async (task: PromiseLike<unknown>): Promise<unknown> =>
  ((await outcome(task)) as unknown[])[0];

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  async cancelled_at_its_turn() {
    const lock = new Lock();
    await lock.acquire();
    const first = createTask(() => lock.acquire());
    const second = createTask(() => lock.acquire());
    await turns();
    lock.release();
    first.cancel("first");
    return [await outcome(first), await outcome(second), lock.locked];
  },
  async item_for_a_cancelled_getter() {
    const queue = new Queue<string>();
    const getter = createTask(() => queue.get());
    await turns();
    queue.tryPut("item");
    getter.cancel("getter");
    return [await outcome(getter), queue.size];
  },
  async cancels_itself_at_the_end() {
    const task = createTask(async () => {
      currentTask()!.cancel("self");
      return 12;
    });
    return [await outcome(task), task.cancelled];
  },
  async cancelled_before_it_began() {
    const ran: number[] = [];
    const task = createTask(async () => ran.push(1));
    task.cancel("early");
    return [await outcome(task), ran];
  },
  late_result_of_wait_for: () => outcome(waitFor(() => stubborn("late"), 1)),
  async stubborn_inside() {
    const task = createTask(async () => await createTask(() => stubborn("went on")));
    await turns();
    task.cancel();
    return [await outcome(task), task.cancelled, task.cancelling];
  },
  async gather_with_a_failure() {
    const sibling = createTask(() => sleep(5, "goes on"));
    return [await outcome(gather([sibling, () => fail("first")])), await outcome(sibling)];
  },
  async gather_of_a_cancelled() {
    const part = createTask(() => sleep(60_000));
    const whole = gather([part, () => sleep(0)]);
    part.cancel("part");
    return ((await outcome(whole)) as unknown[])[0];
  },
  async time_out_around_time_out() {
    const seen: string[] = [];
    const inner = (): Promise<void> =>
      timeout(60_000, () => sleep(60_000)).catch((error: Error) => {
        seen.push(error.name);
        throw error;
      });
    return [((await outcome(timeout(1, inner))) as unknown[])[0], seen];
  },
  group_of_errors: () =>
    outcome(
      TaskGroup.run(async (group) => {
        group.createTask(() => sleep(60_000).catch(() => fail("child")));
        await turns();
        throw new Error("body");
      }),
    ),
  async group_with_a_cancelled_child() {
    const child = TaskGroup.run(async (group) => {
      const started = group.createTask(() => sleep(60_000));
      await turns();
      started.cancel();
      return { started };
    });
    return (await child).started.cancelled;
  },
  async event_set_and_cleared() {
    const event = new Event();
    const waiters = [createTask(() => event.wait()), createTask(() => event.wait())];
    await turns();
    event.set();
    event.clear();
    return [await gather(waiters), event.isSet];
  },
  async shielded() {
    const gate = new Event();
    const inner = createTask(() => gate.wait());
    const outer = createTask(async () => shield(inner));
    await turns();
    outer.cancel("outer");
    const first = await outcome(outer);
    gate.set();
    return [first, await outcome(inner)];
  },
  async cancelled_twice_in_a_turn() {
    const seen: string[] = [];
    const task = createTask(() => cleaningUp(seen));
    await turns();
    task.cancel("first");
    task.cancel("second");
    return [await nameOf(task), seen, task.cancelling];
  },
  async cancelled_again_when_it_cleans_up() {
    const seen: string[] = [];
    const task = createTask(() => cleaningUp(seen));
    await turns();
    task.cancel();
    await sleep(0);
    task.cancel();
    return [await nameOf(task), seen, task.cancelling];
  },
  async cancelled_with_the_one_it_awaits() {
    const seen: string[] = [];
    const inner = createTask(() => cleaningUp(seen));
    const outer = createTask(async () => await inner);
    await turns();
    for (const task of [inner, outer]) task.cancel();
    return [await nameOf(outer), inner.cancelled, seen];
  },
  async group_that_fails_when_a_child_was_cancelled() {
    const seen: string[] = [];
    const body = TaskGroup.run(async (group) => {
      const child = group.createTask(() => cleaningUp(seen));
      await turns();
      child.cancel();
      throw new Error("body");
    });
    return [await outcome(body), seen];
  },
  async cancelled_while_its_group_fails() {
    const seen: string[] = [];
    const gate = new Event();
    const task = createTask(() =>
      TaskGroup.run(async (group) => {
        const child = group.createTask(async () => {
          await gate.wait();
          await fail("child");
        });
        child.addDoneCallback(() => void task.cancel());
        await cleaningUp(seen);
      }),
    );
    await turns();
    gate.set();
    return [await outcome(task), seen, task.cancelling];
  },
  async cancelled_with_a_time_out_inside() {
    const seen: string[] = [];
    let scope: Timeout | undefined;
    const task = createTask(() =>
      timeout(60_000, async (around) => {
        scope = around;
        await cleaningUp(seen);
      }),
    );
    await turns();
    task.cancel();
    scope!.reschedule(0);
    return [await nameOf(task), task.cancelled];
  },
};

const script = join(packageRoot, "test", "asyncio", "as_python.py");
const python = spawnSync("python3", [script], { encoding: "utf8" });
const skip = python.status === 0 ? false : "no python3 from 3.11 to compare with";

for (const [name, scenario] of Object.entries(scenarios)) {
  test(`as in Python: ${name.replaceAll("_", " ")}`, { timeout: 60_000, skip }, async () => {
    const theirs = JSON.parse(python.stdout) as Record<string, unknown>;
    assert.ok(name in theirs);
    assert.deepEqual(await run(scenario), theirs[name]);
  });
}
