/** Memory with a name arrives as what was sent, whatever becomes of its sender and of its name. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { NotFoundError, PicklingError, UnpicklingError } from "manyhands/errors";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { Process, Queue, ShareableList, SharedMemory } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { warmUp } from "../workers/warm-up.js";
import { collectAtTheEnd } from "./collect.js";

const limit = { timeout: 60_000 };
collectAtTheEnd();
await expectNoLeftovers({ warmUp });

const fileOf = (name: string): string => `/dev/shm/manyhands-${process.getuid!()}-${name}`;
const unique = (name: string): string => `carried:${process.pid}:${name}`;

function endUse(...all: (SharedMemory | ShareableList)[]): void {
  for (const one of all) {
    const memory = one instanceof SharedMemory ? one : one.memory;
    memory.unlink();
    memory.close();
    assert.equal(existsSync(fileOf(memory.name)), false);
  }
}

test("what a process made arrives after its end", limit, async () => {
  for (const startMethod of ["spawn", "forkserver"] as const) {
    const name = unique(startMethod);
    const queue = new Queue();
    const child = new Process({
      target: async (to: Queue, as: string) => {
        const memory = SharedMemory.create({ size: 70_001, name: as });
        memory.view(Uint8Array)[70_000] = 9;
        await to.put(memory);
        await to.put(new ShareableList([1, "two"]));
        return SharedMemory.create({ size: 3 });
      },
      args: [queue, name],
      startMethod,
    });
    await child.start();
    await child.join();
    const result = await child.result();
    const memory = (await queue.get()) as SharedMemory;
    const list = (await queue.get()) as ShareableList;
    assert.deepEqual([memory.name, memory.size], [name, 70_001]);
    assert.equal(memory.view(Uint8Array)[70_000], 9);
    assert.deepEqual([...list], [1, "two"]);
    assert.equal(result.size, 3);
    const other = SharedMemory.attach(name);
    assert.equal(other.view(Uint8Array)[70_000], 9);
    other.close();
    endUse(memory, list, result);
    queue.close();
  }
});

test("what a thread made arrives after its end, and has its name until then", limit, async () => {
  const queue = new Queue();
  const name = unique("thread");
  const thread = new Thread({
    target: async (to: Queue, as: string) => {
      SharedMemory.create({ size: 8, name: as }).view(Uint8Array)[0] = 3;
      await to.put(SharedMemory.create({ size: 5 }));
      return new ShareableList(["result"]);
    },
    args: [queue, name],
  });
  await thread.start();
  await thread.join();
  const memory = SharedMemory.attach(name);
  assert.equal(memory.view(Uint8Array)[0], 3);
  const sent = (await queue.get()) as SharedMemory;
  const result = await thread.result();
  assert.deepEqual([sent.size, result.at(0)], [5, "result"]);
  endUse(memory, sent, result);
  queue.close();
});

test("what a thread made ends with the program", limit, async () => {
  const { stdout, stderr } = await runSource(
    `import { SharedMemory } from "manyhands/multiprocessing";
     import { Thread } from "manyhands/threading";
     const first = new Thread({ target: () => SharedMemory.create({ size: 5 }).name });
     await first.start();
     const name = await first.result();
     await first.join();
     // It goes on for a while after the main thread has nothing left to do.
     const last = new Thread({
       target: async (name) => {
         await new Promise((resolve) => setTimeout(resolve, 50));
         console.log(name, SharedMemory.attach(name).size, SharedMemory.create({ size: 1 }).name);
       },
       args: [name],
     });
     await last.start();`,
  );
  const [name, size, further] = stdout.trim().split(" ");
  assert.equal(size, "5", stderr);
  assert.equal(existsSync(fileOf(name!)), false);
  assert.equal(existsSync(fileOf(further!)), false);
});

test(
  "what was unlinked arrives without a name, also when that was taken again",
  limit,
  async () => {
    const name = unique("again");
    const queue = new Queue();
    const one = SharedMemory.create({ size: 8, name });
    await queue.put(one);
    one.unlink();
    const two = SharedMemory.create({ size: 8, name });
    await queue.put(one);
    assert.equal(await queue.get(), one);
    assert.equal(await queue.get(), one);
    const child = new Process({
      target: async (from: Queue, to: Queue) => {
        const memory = (await from.get()) as SharedMemory;
        memory.view(Uint8Array)[0] = 1;
        const made = SharedMemory.create({ size: 2 });
        await to.put(made);
        made.unlink();
      },
      args: [queue, queue],
    });
    await queue.put(one);
    await child.start();
    await child.join();
    assert.deepEqual([one.view(Uint8Array)[0], two.view(Uint8Array)[0]], [1, 0]);
    const made = (await queue.get()) as SharedMemory;
    assert.equal(made.size, 2);
    assert.throws(() => made.unlink(), NotFoundError);
    assert.throws(() => SharedMemory.attach(made.name), NotFoundError);
    made.close();
    one.close();
    endUse(two);
    queue.close();
  },
);

test("unlinked memory that was not closed takes few descriptors", limit, async () => {
  const open = (): number => readdirSync("/proc/self/fd").length;
  const queue = new Queue();
  const before = open();
  const memories = Array.from({ length: 300 }, () => SharedMemory.create({ size: 8 }));
  for (const memory of memories) memory.unlink();
  assert.ok(open() - before < 280, `${open() - before} descriptors`);
  await assert.rejects(queue.put(memories[0]), PicklingError);
  await queue.put(memories[299]);
  assert.equal(await queue.get(), memories[299]);
  for (const memory of memories) memory.close();
  queue.close();
});

test("unlinked memory that came and was not closed takes few descriptors", limit, async () => {
  const open = (): number => readdirSync("/proc/self/fd").length;
  const queue = new Queue();
  const before = open();
  const came: SharedMemory[] = [];
  while (came.length < 300) {
    const memory = SharedMemory.create({ size: 8 });
    memory.view(Uint8Array)[0] = came.length % 256;
    await queue.put(memory);
    memory.unlink();
    memory.close();
    came.push((await queue.get()) as SharedMemory);
  }
  assert.ok(open() - before < 280, `${open() - before} descriptors`);
  assert.deepEqual(
    [0, 299].map((at) => came[at]!.view(Uint8Array)[0]),
    [0, 299 % 256],
  );
  for (const memory of came) memory.close();
  queue.close();
});

test("its sender may close it, and is not asked for it any more", limit, async () => {
  const queue = new Queue();
  const memory = SharedMemory.create({ size: 8 });
  memory.view(Uint8Array)[0] = 4;
  await queue.put(memory);
  memory.close();
  memory.unlink();
  const same = (await queue.get()) as SharedMemory;
  assert.equal(same.view(Uint8Array)[0], 4);
  same.close();
  queue.close();
});

test("what nobody took leaves nothing behind", limit, async () => {
  const { stdout, code, stderr } = await runSource(
    `import { Process, Queue, SharedMemory } from "manyhands/multiprocessing";
     const queue = new Queue();
     const make = async (queue) => {
       const memory = SharedMemory.create({ size: 100 });
       await queue.put(memory);
       return memory.name;
     };
     const child = new Process({ target: make, args: [queue] });
     await child.start();
     console.log(await make(queue), await child.result());`,
  );
  assert.equal(code, 0, stderr);
  const names = stdout.trim().split(" ");
  assert.deepEqual(
    names.map((name) => existsSync(fileOf(name))),
    [false, false],
  );
});

test("what only the dead had does not arrive, and has no name", limit, async () => {
  const queue = new Queue();
  const name = unique("dead");
  const child = new Process({
    target: async (to: Queue, as: string) => {
      await to.put(SharedMemory.create({ size: 100, name: as }));
      await to.put("further");
      process.kill(process.pid, "SIGKILL");
    },
    args: [queue, name],
  });
  await child.start();
  await child.join();
  assert.throws(() => SharedMemory.attach(name), NotFoundError);
  assert.equal(existsSync(fileOf(name)), false);
  await assert.rejects(queue.get(), UnpicklingError);
  assert.equal(await queue.get(), "further");
  queue.close();
});

test("a copy uses what it inherited as its own, and its end changes nothing", limit, async () => {
  const name = unique("copy");
  const { stdout, stderr } = await runSource(
    `import { Process, Queue, SharedMemory } from "manyhands/multiprocessing";
     const name = process.argv[2];
     const memory = SharedMemory.create({ size: 8, name });
     const queue = new Queue();
     const copy = await new Process({
       target: async () => {
         memory.view(Uint8Array)[0] = 1;
         await queue.put(memory);
         await queue.put(SharedMemory.create({ size: 5 }));
         memory.close();
       },
       startMethod: "fork",
     }).start();
     await copy.join();
     const [same, made] = [await queue.get(), await queue.get()];
     SharedMemory.create({ size: 1 }).unlink();
     const again = SharedMemory.attach(name);
     console.log(copy.exitCode, same === memory, made.size, again.view(Uint8Array)[0], made.name);`,
    { args: [name], execArgv: [...FORK_FLAGS, `--import=${FORK_PRELUDE}`] },
  );
  const [code, same, size, value, made] = stdout.trim().split(" ");
  assert.deepEqual([code, same, size, value], ["0", "true", "5", "1"], stderr);
  assert.equal(existsSync(fileOf(name)), false);
  assert.equal(existsSync(fileOf(made!)), false);
});
