/** What every lock promises, whatever it lies in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotOwnerError, TimeoutError } from "manyhands/errors";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

const limit = { timeout: 60_000 };

export function lockContract({ name, sync }: Backend, kind: "Lock" | "RLock"): void {
  const what = `a ${name} ${kind}`;
  const make = (options?: { name?: string }) => new sync[kind](options);

  test(`${what} is taken and given back in all forms`, limit, async () => {
    const lock = make();
    assert.equal(lock.locked, false);
    assert.equal(lock.owner, null);
    assert.equal(await lock.acquire(), true);
    assert.equal(lock.locked, true);
    assert.deepEqual([lock.owner!.pid, lock.owner!.threadId], [process.pid, 0]);
    lock.release();
    assert.equal(lock.acquireSync(), true);
    lock.release();
    assert.equal(lock.tryAcquire(), true);
    lock.release();
    assert.equal(await lock.acquire({}), true);
    lock.release();
    assert.equal(lock.locked, false);
  });

  test(`${what} that is free cannot be released`, limit, () => {
    const lock = make({ name: "accounts" });
    assert.throws(() => lock.release(), NotOwnerError);
    assert.throws(() => lock.release(), /accounts/);
    assert.equal(lock.locked, false);
  });

  test(`${what} that is held makes others wait until their time is over`, limit, async () => {
    const lock = make({ name: "till" });
    await lock.acquire();
    assert.equal(await lock.acquire({ timeoutMs: 10 }), false);
    assert.equal(await lock.acquire({ timeoutMs: 0 }), false);
    await assert.rejects(lock.hold({ timeoutMs: 5 }), TimeoutError);
    await assert.rejects(lock.hold({ timeoutMs: 5 }), /"till".*5 ms.*held by/);
    await assert.rejects(
      lock.run(() => 1, { timeoutMs: 5 }),
      TimeoutError,
    );
    assert.equal(lock.waiting, 0);
    lock.release();
    assert.equal(await lock.acquire({ timeoutMs: 0 }), true);
    lock.release();
  });

  test(`${what} refuses bad times at the call`, limit, async () => {
    const lock = make();
    for (const timeoutMs of [-1, Number.NaN]) {
      assert.throws(() => lock.acquireSync({ timeoutMs }), RangeError);
      assert.throws(() => lock.holdSync({ timeoutMs }), RangeError);
      await assert.rejects(lock.acquire({ timeoutMs }), RangeError);
      await assert.rejects(lock.hold({ timeoutMs }), RangeError);
      await assert.rejects(
        lock.run(() => 1, { timeoutMs }),
        RangeError,
      );
    }
    const wrong = "soon" as never;
    assert.throws(() => lock.acquireSync({ timeoutMs: wrong }), TypeError);
    assert.throws(() => lock.acquireSync(wrong), TypeError);
    await assert.rejects(lock.acquire({ signal: wrong }), TypeError);
    await assert.rejects(lock.run(wrong), TypeError);
    assert.throws(() => make({ name: 5 as never }), TypeError);
    assert.throws(() => new sync[kind](5 as never), TypeError);
    assert.equal(lock.locked, false);
  });

  test(`${what} is given back at the end of a block, however it ends`, limit, async () => {
    const lock = make();
    {
      using guard = await lock.hold();
      assert.equal(guard.abandoned, false);
      assert.equal(lock.locked, true);
    }
    assert.equal(lock.locked, false);
    {
      using _ = lock.holdSync();
      assert.equal(lock.locked, true);
    }
    assert.equal(lock.locked, false);
    assert.equal(await lock.run(() => lock.locked), true);
    await assert.rejects(
      lock.run(() => {
        throw new Error("inside");
      }),
      /inside/,
    );
    assert.equal(lock.locked, false);
  });

  test(`the guard of ${what} gives back once, and only what it has`, limit, async () => {
    const lock = make();
    const guard = await lock.hold();
    guard.release();
    assert.equal(guard.released, true);
    const other = await lock.hold();
    guard.release();
    assert.equal(lock.locked, true);
    lock.release();
    assert.throws(() => other.release(), NotOwnerError);
  });

  test(`an aborted wait for ${what} rejects with the reason`, limit, async () => {
    const lock = make();
    await lock.acquire();
    const reason = new Error("changed my mind");
    await assert.rejects(lock.acquire({ signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const waiting = [lock.acquire({ signal: controller.signal }), lock.acquire()];
    await untilBlocked(lock, { waiters: 2 });
    controller.abort(reason);
    await assert.rejects(waiting[0]!, reason);
    lock.release();
    assert.equal(await waiting[1], true);
    lock.release();
    await assert.rejects(lock.acquire({ signal: AbortSignal.abort(reason) }), reason);
    assert.equal(lock.locked, false);
  });

  test(`an abort after the gift of ${what} gives it back`, limit, async () => {
    const lock = make();
    await lock.acquire();
    const controller = new AbortController();
    const waiting = lock.acquire({ signal: controller.signal });
    const next = lock.acquire();
    lock.release();
    controller.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    assert.equal(await next, true);
    lock.release();
  });

  test(`waiters for ${what} in one loop come in order of arrival`, limit, async () => {
    const lock = make();
    await lock.acquire();
    const order: number[] = [];
    const all = Array.from({ length: 20 }, (_, index) =>
      lock.run(async () => {
        order.push(index);
        await new Promise(setImmediate);
      }),
    );
    await untilBlocked(lock, { waiters: 20 });
    lock.release();
    await Promise.all(all);
    assert.deepEqual(
      order,
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  test(`${what} shows its name, owner and waiters`, limit, async () => {
    const lock = make({ name: "accounts" });
    assert.equal(lock.name, "accounts");
    assert.equal(String(lock), `${kind} "accounts" (free)`);
    assert.match(make().name, new RegExp(`^${kind}-\\d+$`));
    await lock.acquire();
    const waiting = lock.acquire();
    await untilBlocked(lock);
    assert.match(String(lock), /held by Main(Thread|Process) \(pid \d+\), 1 waiting/);
    lock.release();
    await waiting;
    lock.release();
  });
}
