import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTask, run, sleep } from "manyhands/asyncio";
import { CancelledError } from "manyhands/errors";
import { Manager, SyncManager } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { untilBlocked } from "../support/until-blocked.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

test("a task that waits for a manager's object can be cancelled", LIMIT, async () => {
  const lock = await manager.Lock();
  await lock.acquire();
  await run(async () => {
    const waiting = createTask(() => lock.acquire());
    await untilBlocked(() => lock.waitingSync() === 1);
    waiting.cancel("enough");
    await assert.rejects(waiting, { name: "CancelledError", message: "enough" });
  });
  assert.equal(lock.waitingSync(), 0);
  await lock.release();
});

test("so can one that waits for a queue, and no item is lost", LIMIT, async () => {
  const queue = await manager.Queue<number>();
  await run(async () => {
    const waiting = createTask(() => queue.get());
    await sleep(0);
    waiting.cancel();
    await assert.rejects(waiting, CancelledError);
    await queue.put(1);
    assert.equal(await queue.get(), 1);
  });
});

test("the cancellation of one task leaves the calls of others alone", LIMIT, async () => {
  const never = await manager.Lock();
  const soon = await manager.Lock();
  await never.acquire();
  await soon.acquire();
  await run(async () => {
    const first = createTask(() => never.acquire());
    await untilBlocked(() => never.waitingSync() === 1);
    const other = createTask(() => soon.acquire());
    await untilBlocked(() => soon.waitingSync() === 1);
    first.cancel();
    await assert.rejects(first, CancelledError);
    await soon.release();
    assert.equal(await other, true);
  });
  await never.release();
  await soon.release();
});

test("the first call over a socket may be cancelled while others wait for it", LIMIT, async () => {
  const authKey = "a key of ours";
  const host = { host: "127.0.0.1", port: 0 };
  await using server = await new SyncManager({ address: host, authKey }).start();
  await using here = await new SyncManager({ address: server.address!, authKey }).connect();
  const thread = new Thread({
    args: [await here.list([1, 2])],
    target: async (list: { length(): Promise<number> }): Promise<[string, number, number]> =>
      await run(async () => {
        const first = createTask(() => list.length());
        const second = createTask(() => list.length());
        await sleep(0);
        first.cancel();
        const outcome = await first.then(String, (error: Error) => error.name);
        return [outcome, await second, await list.length()];
      }),
  });
  await thread.start();
  assert.deepEqual(await thread.result(), ["CancelledError", 2, 2]);
});
