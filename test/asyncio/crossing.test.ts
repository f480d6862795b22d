import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  createTask,
  Event,
  Future,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
} from "manyhands/asyncio";
import { PicklingError } from "manyhands/errors";
import { Scheduler } from "manyhands/sched";
import { Popen } from "manyhands/subprocess";
import { Thread } from "manyhands/threading";

const limit = { timeout: 60_000 };

async function refusal(object: object): Promise<string> {
  try {
    await new Thread({ target: (given: object) => given, args: [object] }).start();
  } catch (error) {
    assert.ok(error instanceof PicklingError);
    return error.message;
  }
  throw new Error("it crossed");
}

test("locks and queues of tasks do not cross; what does is named", limit, async () => {
  for (const type of [Lock, Semaphore, BoundedSemaphore, Condition, Event]) {
    const advice = `use the ${type.name} of manyhands/threading or manyhands/multiprocessing`;
    const whole = `a ${type.name} of manyhands/asyncio does not cross; ${advice}`;
    assert.ok((await refusal(new type())).endsWith(whole));
  }
  assert.match(await refusal(new Barrier(2)), /use the Barrier of manyhands\/threading/);
  for (const type of [Queue, LifoQueue, PriorityQueue])
    assert.match(await refusal(new type()), RegExp(`the ${type.name} of manyhands/queue`));
});

test("neither do tasks, futures, programs and schedulers", limit, async () => {
  const task = createTask(async () => 1);
  assert.match(await refusal(task), /a Task of .* does not cross; send its result/);
  assert.match(await refusal(new Future()), /a Future of .* does not cross; send its result/);
  assert.match(await refusal(new Scheduler()), /a Scheduler does not cross; make one/);
  const program = new Popen([process.execPath, "-e", ""]);
  assert.match(await refusal(program), /a Popen does not cross; send its pid/);
  await program.wait();
  await task;
});
