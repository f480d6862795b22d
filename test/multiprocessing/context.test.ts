import assert from "node:assert/strict";
import { test } from "node:test";
import * as multiprocessing from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";

const { getContext } = multiprocessing;
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

async function tryAll(method: "spawn" | "forkserver"): Promise<void> {
  const context = getContext(method);
  const parent = process.pid;
  const manager = await context.Manager();
  await using pool = new context.Pool(1);
  const queue = new context.Queue<string>();
  const [near, far] = context.Pipe();
  const [flag, total] = [new context.Event(), new context.Value("i", 1)];
  const shared = await manager.dict<string, number>();
  const child = new context.Process({
    target: async () => {
      total.value += 1;
      await shared.set("child", process.pid);
      await far.send("piped");
      await queue.put("queued");
      flag.set();
    },
  });
  await child.start();
  assert.equal(await flag.wait({ timeoutMs: 50_000 }), true);
  assert.deepEqual([await queue.get(), await near.recv(), total.value], ["queued", "piped", 2]);
  assert.equal(await shared.get("child"), child.pid);
  assert.notEqual(await pool.apply(() => process.pid), parent);
  await child.join();
  await manager.shutdown();
  near.close();
  far.close();
}

await expectNoLeftovers({
  warmUp: async () => {
    await tryAll("spawn");
    await tryAll("forkserver");
  },
});

for (const method of ["spawn", "forkserver"] as const) {
  test(`a context for ${method} has all that its processes share`, LIMIT, () => tryAll(method));
}

test(
  "managers of a context are those of the module, and refuse what these refuse",
  LIMIT,
  async () => {
    const context = getContext("spawn");
    await using manager = await context.Manager();
    assert.ok(manager instanceof multiprocessing.SyncManager);
    await assert.rejects(context.Manager(null as never), TypeError);
    await assert.rejects(context.Manager({ authKey: 5 as never }), TypeError);
    assert.equal(getContext().Manager, multiprocessing.Manager);
    assert.equal(context.Queue, multiprocessing.Queue);
  },
);

test(
  "a context has all that the module has, with a method for what starts processes",
  LIMIT,
  async () => {
    const names = Object.keys(multiprocessing).sort();
    assert.deepEqual(Object.keys(getContext()).sort(), names);
    const context = getContext("spawn");
    const others = names.filter(
      (name) => Reflect.get(context, name) !== Reflect.get(multiprocessing, name),
    );
    assert.deepEqual(others, [
      "BaseManager",
      "Manager",
      "Pool",
      "Process",
      "SharedMemoryManager",
      "SyncManager",
      "getStartMethod",
    ]);
    class Making extends context.BaseManager {
      declare Server: () => Promise<multiprocessing.Proxied<{ parent: () => number }>>;
    }
    Making.register("Server", () => ({ parent: () => process.ppid }));
    await using making = await new Making().start();
    assert.ok(making instanceof multiprocessing.BaseManager);
    // Not the fork server, which the default method has for it.
    assert.equal(await (await making.Server()).parent(), process.pid);
    assert.throws(() => new context.SyncManager(5 as never), TypeError);
  },
);
