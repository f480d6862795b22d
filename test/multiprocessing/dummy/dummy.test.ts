import assert from "node:assert/strict";
import { test } from "node:test";
import * as dummy from "manyhands/multiprocessing/dummy";
import { Gate } from "../../pool/gate.js";
import { expectNoLeftovers } from "../../support/leftovers.js";
import * as tasks from "./tasks.js";

const LIMIT = { timeout: 60_000 };

async function warmUp(): Promise<void> {
  await using manager = await dummy.Manager();
  await using pool = new dummy.Pool(1);
  const [one] = dummy.Pipe();
  await Promise.all([manager.list([]), pool.apply(tasks.add, [1, 2]), one.poll()]);
  one.close();
}

await expectNoLeftovers({ warmUp });

test("a process of dummy is a thread of this process, with an exit code", LIMIT, async () => {
  const child = new dummy.Process({ target: tasks.add, args: [1, 2] });
  assert.deepEqual([child.pid, child.exitCode, child.alive], [null, null, false]);
  await child.start();
  assert.equal(child.pid, process.pid);
  assert.equal(await child.join({ timeoutMs: 20_000 }), true);
  assert.equal(child.exitCode, 0);
  assert.equal(await child.result(), 3);
});

test("exit codes are those of processes", LIMIT, async () => {
  const failing = await new dummy.Process({ target: tasks.fail }).start();
  await assert.rejects(failing.result(), /it went wrong/);
  await failing.join();
  assert.equal(failing.exitCode, 1);
  for (const code of [0, 7]) {
    const leaving = await new dummy.Process({ target: tasks.leave, args: [code] }).start();
    await leaving.join();
    assert.equal(leaving.exitCode, code);
  }
});

test("one that is stopped has minus the number of the signal", LIMIT, async () => {
  await using gate = new Gate();
  const args: [number] = [await gate.port()];
  const children = ["terminate", "kill"] as const;
  const codes = await Promise.all(
    children.map(async (verb) => {
      const child = await new dummy.Process({ target: tasks.wait, args }).start();
      assert.equal(child.exitCode, null);
      await child[verb]();
      await child.join();
      return child.exitCode;
    }),
  );
  assert.deepEqual(codes, [-15, -9]);
});

test("activeChildren has those that run, and currentProcess is the one inside", LIMIT, async () => {
  await using gate = new Gate();
  const child = new dummy.Process({ target: tasks.wait, args: [await gate.port()] });
  await child.start();
  await gate.arrived();
  assert.deepEqual(dummy.activeChildren(), [child]);
  gate.open();
  await child.join();
  assert.deepEqual(dummy.activeChildren(), []);
  const named = await new dummy.Process({ target: tasks.whoAmI, name: "inside" }).start();
  assert.deepEqual(await named.result(), ["inside", true]);
  await named.join();
  assert.equal(dummy.currentProcess().exitCode, null);
});

test("a subclass overrides run, and its fields travel", LIMIT, async () => {
  const greeter = await new tasks.Greeter("hello").start();
  assert.equal(await greeter.result(), "hello from greeter");
  await greeter.join();
  assert.equal(greeter.exitCode, 0);
});

test("locks, barriers, values and queues are shared by threads", LIMIT, async () => {
  const total = new dummy.Value("i", 0);
  const queue = new dummy.JoinableQueue<string>();
  const args: Parameters<typeof tasks.addUp> = [
    total,
    new dummy.Lock(),
    new dummy.Barrier(3),
    queue,
  ];
  const children = await Promise.all(
    [1, 2, 3].map(() => new dummy.Process({ target: tasks.addUp, args }).start()),
  );
  for (let count = 0; count < 3; count++) {
    assert.equal(await queue.get(), "done");
    queue.taskDone();
  }
  assert.equal(await queue.join({ timeoutMs: 10_000 }), true);
  for (const child of children) await child.join();
  assert.equal(total.value, 150);
});

test("a pipe connects threads, and ends when the other side has closed", LIMIT, async () => {
  const [mine, theirs] = dummy.Pipe();
  const child = await new dummy.Process({ target: tasks.serve, args: [theirs] }).start();
  theirs.close();
  await mine.send({ text: "hello", numbers: new Float64Array([1, 2]) });
  assert.deepEqual(await mine.recv(), { text: "hello", numbers: new Float64Array([1, 2]) });
  mine.sendSync(2);
  assert.equal(mine.recvSync(), 2);
  mine.close();
  assert.equal(await child.result(), 2);
  await child.join();
});

test("Pool is a pool of threads", LIMIT, async () => {
  await using pool = new dummy.Pool(2);
  assert.ok(pool instanceof dummy.ThreadPool);
  assert.deepEqual(
    await pool.starmap(tasks.add, [
      [1, 2],
      [3, 4],
    ]),
    [3, 7],
  );
  assert.ok(pool.workers.every(({ pid }) => pid === process.pid));
});

test("a manager lives in a thread, and its objects are used from all", LIMIT, async () => {
  await using manager = await dummy.Manager();
  assert.equal(manager.pid, process.pid);
  const list = await manager.list([1]);
  const dict = await manager.dict({ count: 0 });
  const lock = await manager.Lock();
  const children = await Promise.all(
    [1, 2, 3].map((number) =>
      new dummy.Process({
        target: async () => {
          await list.push(number);
          await lock.run(async () => {
            await dict.set("count", (await dict.get("count"))! + number);
          });
        },
      }).start(),
    ),
  );
  for (const child of children) await child.join();
  assert.deepEqual(
    (await list.toArray()).sort((a, b) => a - b),
    [1, 1, 2, 3],
  );
  assert.equal(await dict.get("count"), 6);
  assert.equal(list.lengthSync(), 4, "also while this thread is blocked");
});

test("a manager that was shut down leaves no thread, and says so", LIMIT, async () => {
  const manager = await dummy.Manager();
  const value = await manager.Value("i", 3);
  assert.equal(await value.get(), 3);
  await manager.shutdown();
  assert.equal(await manager.join({ timeoutMs: 10_000 }), true);
  await assert.rejects(manager.list());
  await assert.rejects(value.get());
});

test("it has each name that the public contract lists", () => {
  const listed =
    "Process Pool Queue JoinableQueue Pipe Lock RLock Semaphore BoundedSemaphore Condition Event " +
    "Barrier Value SharedArray Manager currentProcess activeChildren";
  for (const name of listed.split(" ")) assert.ok(name in dummy, name);
});

test("threads have the name and the key of their process", LIMIT, async () => {
  const child = await new dummy.Process({
    target: async () => {
      const { currentProcess } = await import("manyhands/multiprocessing");
      return [currentProcess().name, Array.from(currentProcess().authKey)] as const;
    },
  }).start();
  const { currentProcess } = await import("manyhands/multiprocessing");
  const { name, authKey } = currentProcess();
  assert.deepEqual(await child.result(), [name, Array.from(authKey)]);
  await child.join();
});
