/** What every condition promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotOwnerError } from "manyhands/errors";
import type * as threading from "manyhands/threading";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

type Condition = threading.Condition;

const limit = { timeout: 60_000 };

export function conditionContract({ name, sync, party }: Backend): void {
  const { Condition, Lock, RLock } = sync;

  test(`a ${name} Condition needs its lock for everything`, limit, async () => {
    const condition = new Condition();
    await assert.rejects(condition.wait(), NotOwnerError);
    assert.throws(() => condition.waitSync(), NotOwnerError);
    assert.throws(() => condition.notify(), NotOwnerError);
    assert.throws(() => condition.notifyAll(), NotOwnerError);
    await assert.rejects(
      condition.waitFor(() => true),
      NotOwnerError,
    );
    assert.throws(() => condition.waitForSync(() => true), NotOwnerError);
    assert.throws(() => new Condition(new sync.Event() as never), TypeError);
    assert.throws(() => new Condition({} as never), TypeError);
    using _ = condition.holdSync();
    assert.throws(() => condition.notify(0), RangeError);
    assert.throws(() => condition.waitSync({ timeoutMs: -1 }), RangeError);
    assert.throws(() => condition.waitForSync(5 as never), TypeError);
  });

  test(`a ${name} Condition is used through its lock's words`, limit, async () => {
    for (const lock of [new Lock(), new RLock(), undefined]) {
      const condition = new Condition(lock);
      await condition.acquire();
      assert.equal(condition.lock.locked, true);
      condition.release();
      condition.acquireSync();
      condition.release();
      assert.equal(condition.tryAcquire(), true);
      condition.release();
      assert.equal(await condition.run(() => condition.locked), true);
      if (lock !== undefined) assert.equal(condition.lock, lock);
      else assert.ok(condition.lock instanceof RLock);
    }
  });

  for (const lock of ["Lock", "RLock"] as const) {
    test(`waiters of a ${name} Condition on a ${lock} go on one by one`, limit, async () => {
      const condition = new Condition(new sync[lock]());
      const order: number[] = [];
      const waits = [0, 1, 2].map((index) =>
        condition.run(async () => {
          const notified = await condition.wait();
          order.push(index);
          return notified;
        }),
      );
      await untilBlocked(condition, { waiters: 3 });
      await condition.run(() => condition.notify());
      assert.equal(await waits[0], true);
      assert.deepEqual(order, [0]);
      assert.equal(condition.waiting, 2);
      await condition.run(() => condition.notifyAll());
      assert.deepEqual(await Promise.all(waits), [true, true, true]);
      assert.deepEqual(order, [0, 1, 2]);
      await condition.run(() => condition.notify());
      assert.equal(await condition.run(() => condition.wait({ timeoutMs: 5 })), false);
      assert.equal(condition.locked, false);
    });

    test(`a wait of a ${name} Condition on a ${lock} ends with the lock held`, limit, async () => {
      const condition = new Condition(new sync[lock]());
      condition.acquireSync();
      assert.equal(condition.waitSync({ timeoutMs: 5 }), false);
      assert.equal(condition.waitSync({ timeoutMs: 0 }), false);
      assert.equal(condition.locked, true);
      condition.release();
      await condition.run(async () => {
        assert.equal(await condition.wait({ timeoutMs: 0 }), false);
        assert.equal(condition.locked, true);
        const reason = new Error("enough");
        const controller = new AbortController();
        const waiting = condition.wait({ signal: controller.signal });
        assert.equal(condition.locked, false);
        const blocker = await condition.lock.hold();
        controller.abort(reason);
        await new Promise(setImmediate);
        blocker.release();
        await assert.rejects(waiting, reason);
        assert.equal(condition.locked, true);
      });
      assert.equal(condition.locked, false);
    });
  }

  test(`a ${name} Condition frees a nested RLock wholly and restores it`, limit, async () => {
    const lock = new RLock();
    const condition = new Condition(lock);
    lock.acquireSync();
    lock.acquireSync();
    lock.acquireSync();
    assert.equal(condition.waitSync({ timeoutMs: 5 }), false);
    assert.equal(lock.depth, 3);
    for (let depth = 3; depth > 0; depth--) lock.release();
    const waiting = lock.run(() =>
      lock.run(async () => {
        assert.equal(await condition.wait(), true);
        return lock.depth;
      }),
    );
    await untilBlocked(condition);
    assert.equal(lock.locked, false);
    await condition.run(() => condition.notify());
    assert.equal(await waiting, 2);
    assert.equal(lock.locked, false);
  });

  test(`a notified wait of a ${name} Condition that aborts passes it on`, limit, async () => {
    const condition = new Condition(new Lock());
    const controller = new AbortController();
    const first = condition.run(() => condition.wait({ signal: controller.signal }));
    await untilBlocked(condition);
    const second = condition.run(() => condition.wait({ timeoutMs: 10_000 }));
    await untilBlocked(condition, { waiters: 2 });
    await condition.run(() => {
      condition.notify();
      controller.abort();
    });
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(await second, true);
  });

  test(`waitFor of a ${name} Condition looks until it holds`, limit, async () => {
    const condition = new Condition();
    let value = 0;
    const waiting = condition.run(() => condition.waitFor(() => value === 2));
    for (let step = 0; step < 2; step++) {
      await untilBlocked(condition);
      await condition.run(() => {
        value++;
        condition.notifyAll();
      });
    }
    assert.equal(await waiting, true);
    assert.equal(
      await condition.run(() => condition.waitFor(() => false, { timeoutMs: 5 })),
      false,
    );
    const odd = (said: unknown) => condition.waitFor(() => said as boolean, { timeoutMs: 1 });
    assert.equal(await condition.run(() => odd(7)), true);
    assert.equal(await condition.run(() => odd(0)), false);
    condition.acquireSync();
    const later = async () => false;
    assert.throws(() => condition.waitForSync(later as never), { message: /answer at once/ });
    assert.equal(
      condition.waitForSync(() => 0 as never, { timeoutMs: 1 }),
      false,
    );
    assert.equal(
      condition.waitForSync(() => value === 2),
      true,
    );
    assert.equal(
      condition.waitForSync(() => false, { timeoutMs: 5 }),
      false,
    );
    condition.release();
  });

  test(`a ${name} Condition works between parties`, limit, async () => {
    const condition = new Condition();
    const others = [party(), party(), party()];
    const blocked = (condition: Condition) => {
      condition.acquireSync();
      const notified = condition.waitSync();
      const { depth } = condition.lock as threading.RLock;
      condition.release();
      return notified && depth === 1;
    };
    const looped = (condition: Condition) => condition.run(() => condition.wait());
    const waits = [
      others[0]!.do([condition], blocked),
      others[1]!.do([condition], looped),
      others[2]!.do([condition], blocked),
    ];
    await untilBlocked(condition, { waiters: 3 });
    await condition.run(() => condition.notify(2));
    await Promise.race(waits);
    await untilBlocked(() => condition.waiting === 1);
    condition.acquireSync();
    condition.notifyAll();
    condition.release();
    assert.deepEqual(await Promise.all(waits), [true, true, true]);
    assert.equal(condition.locked, false);
    await Promise.all(others.map((party) => party.end()));
  });

  test(`a notification for a party of a ${name} Condition that dies goes on`, limit, async () => {
    const condition = new Condition(new Lock());
    const dying = party();
    const lost = assert.rejects(
      dying.do([condition], (condition: Condition) => {
        condition.acquireSync();
        condition.waitSync();
      }),
    );
    await untilBlocked(condition);
    const second = condition.run(() => condition.wait({ timeoutMs: 20_000 }));
    await untilBlocked(condition, { waiters: 2 });
    await condition.run(async () => {
      condition.notify();
      await dying.kill();
    });
    await lost;
    assert.equal(await second, true);
  });
}
