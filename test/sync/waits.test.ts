import assert from "node:assert/strict";
import { test } from "node:test";
import * as asyncio from "manyhands/asyncio";
import * as futures from "manyhands/futures";
import * as multiprocessing from "manyhands/multiprocessing";
import * as queue from "manyhands/queue";
import * as threading from "manyhands/threading";

const limit = { timeout: 60_000 };
const faces = Object.entries({ threading, multiprocessing, asyncio });

test("a signal that is given without options is refused, not left unheard", limit, async () => {
  const bare = new AbortController().signal as never;
  const lock = new threading.Lock();
  await lock.acquire();
  const future = new futures.Future<number>();
  await using pool = new multiprocessing.ThreadPool(1);
  const calls = [
    () => lock.acquire(bare),
    () => lock.hold(bare),
    () => new threading.Event().wait(bare),
    () => new queue.Queue().get(bare),
    () => new asyncio.Queue().get(bare),
    () => new asyncio.Event().wait(bare),
    () => future.result(bare),
    () => futures.wait([future], bare),
    () => pool.apply(() => 1, [], bare),
    () => pool.map((n: number) => n, [1], bare),
  ];
  for (const call of calls) await assert.rejects(call, TypeError, call.toString());
  assert.throws(() => pool.applyAsync(() => 1, [], bare), TypeError);
  lock.release();
});

for (const [name, face] of faces) {
  test(`what needs no waiting in ${name} heeds its signal all the same`, limit, async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(face.holdAll([], { signal }), reason);
    await assert.rejects(face.holdAll([], { signal: {} as never }), TypeError);
    const condition = new face.Condition();
    await condition.run(async () => {
      const ready = (): boolean => true;
      await assert.rejects(condition.waitFor(ready, { signal }), reason);
      await assert.rejects(condition.waitFor(ready, { signal: {} as never }), TypeError);
      assert.equal(await condition.waitFor(ready), true);
    });
  });
}
