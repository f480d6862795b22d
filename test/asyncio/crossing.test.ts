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
  openConnection,
  PriorityQueue,
  Queue,
  Runner,
  Semaphore,
  startServer,
  StreamReader,
  TaskGroup,
} from "manyhands/asyncio";
import { PicklingError } from "manyhands/errors";
import { Listener, SyncManager } from "manyhands/multiprocessing";
import { Scheduler } from "manyhands/sched";
import { Popen } from "manyhands/subprocess";
import { Lock as ThreadLock, Thread } from "manyhands/threading";

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

test("what belongs to one event loop, or to one process, says so", limit, async () => {
  const guard = await new Lock().hold();
  for (const part of [guard, new TaskGroup(), new Runner(), new StreamReader()])
    assert.match(await refusal(part), /of manyhands\/asyncio does not cross; make one where/);
  const server = await startServer(() => {}, 0, "127.0.0.1");
  const { reader, writer } = await openConnection(server.port, "127.0.0.1");
  for (const part of [server, reader, writer])
    assert.match(await refusal(part), /of manyhands\/asyncio does not cross; make one where/);
  writer.close();
  await server[Symbol.asyncDispose]();
  const manager = new SyncManager({ address: { host: "127.0.0.1", port: 0 } });
  assert.match(await refusal(manager), /a manager does not cross; send proxies of its objects/);
  assert.match(await refusal(manager.getServer()), /a manager's server does not cross/);
  const listener = await new Listener().ready;
  assert.match(await refusal(listener), /a Listener does not cross; make one where/);
  listener.close();
  const held = await new ThreadLock().hold();
  assert.match(await refusal(held), /a Guard does not cross; .*send the lock/);
  held.release();
});
