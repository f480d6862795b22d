import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { NotFoundError } from "manyhands/errors";
import { Process, SharedMemory, SharedMemoryManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { until } from "../workers/until.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

test("blocks and lists are there until the manager is shut down", LIMIT, async () => {
  const manager = await new SharedMemoryManager().start();
  const memory = await manager.SharedMemory(64);
  const list = await manager.ShareableList([1, "two", null]);
  assert.equal(memory.size, 64);
  const child = new Process({
    target: (block: SharedMemory) => {
      new Uint8Array(block.buffer)[0] = 7;
    },
    args: [memory],
  });
  await child.start();
  await child.result();
  assert.equal(new Uint8Array(memory.buffer)[0], 7);
  assert.deepEqual([...list], [1, "two", null]);
  await assert.rejects(manager.SharedMemory(-1), RangeError);
  const { name } = memory;
  await manager.shutdown();
  assert.throws(() => SharedMemory.attach(name), NotFoundError);
  memory.close();
  list.memory.close();
});

test("they are removed when the program is killed, too", LIMIT, async () => {
  const { stdout } = await runSource(
    `import { SharedMemoryManager } from "manyhands/multiprocessing";
    const manager = await new SharedMemoryManager().start();
    const memory = await manager.SharedMemory(64);
    console.log(memory.name);
    setInterval(() => {}, 1000);`,
    {
      onOutput(text, program) {
        if (text.endsWith("\n")) process.kill(program, "SIGKILL");
      },
    },
  );
  // What the dead left is taken away by the next who makes or looks for some.
  const file = `/dev/shm/manyhands-${process.getuid!()}-${stdout.trim()}`;
  await until(() => {
    using memory = SharedMemory.create({ size: 1 });
    memory.unlink();
    return !existsSync(file);
  }, "the end of the memory");
});
