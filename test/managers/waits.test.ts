import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BaseProxy, managed, SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

class GateProxy extends BaseProxy {}

class Gates extends SyncManager {
  declare Gate: () => Promise<BaseProxy>;
}

let manager: Gates;
before(async () => {
  Gates.register("Gate", () => new managed.Event(), { proxyType: GateProxy });
  manager = await new Gates().start();
});
after(() => manager.shutdown());

test("a bad signal or time is refused by every wait, before it begins", LIMIT, async () => {
  const [lock, queue, full] = [await manager.Lock(), await manager.Queue(), await manager.Queue(1)];
  await lock.acquire();
  await full.put(1);
  const event = await manager.Event();
  const barrier = await manager.Barrier(2);
  const semaphore = await manager.Semaphore(0);
  const condition = await manager.Condition();
  const waits: ((wait: never) => Promise<unknown>)[] = [
    (wait) => lock.acquire(wait),
    (wait) => lock.hold(wait),
    (wait) => lock.run(() => {}, wait),
    (wait) => semaphore.acquire(wait),
    (wait) => event.wait(wait),
    (wait) => barrier.wait(wait),
    (wait) => queue.get(wait),
    (wait) => full.put(2, wait),
    (wait) => full.join(wait),
    (wait) => condition.run(() => condition.wait(wait)),
    (wait) => condition.run(() => condition.waitFor(() => true, wait)),
  ];
  for (const signal of [5, {}, null, new AbortController()]) {
    for (const wait of waits) {
      const refused = { name: "TypeError", message: "signal must be an AbortSignal" };
      await assert.rejects(wait({ signal } as never), refused);
    }
  }
  for (const wait of waits) {
    await assert.rejects(wait({ timeoutMs: "1" } as never), TypeError);
    await assert.rejects(wait({ timeoutMs: -1 } as never), RangeError);
    await assert.rejects(wait(5 as never), TypeError);
  }
  assert.deepEqual([await barrier.waiting, await event.waiting, await lock.waiting], [0, 0, 0]);
});

test("a bad signal is refused by the server where the proxy does not know", LIMIT, async () => {
  const gate = await manager.Gate();
  assert.ok(gate instanceof GateProxy);
  await assert.rejects(gate._callMethod("wait", [{ signal: 5 }]), TypeError);
  const controller = new AbortController();
  const waiting = gate._callMethod("wait", [{ signal: controller.signal }]);
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
});

test("what is put into a list or queue may have a field called signal", LIMIT, async () => {
  const list = await manager.list<object>();
  await list.push({ signal: "SIGTERM" }, { signal: new AbortController().signal });
  assert.deepEqual(await list.get(0), { signal: "SIGTERM" });
  const { signal } = (await list.get(1)) as { signal: AbortSignal };
  assert.ok(signal instanceof AbortSignal);
  assert.equal(signal.aborted, false);
});
