/** What every lock promises to several threads or processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";
import { scratch } from "./scratch.js";

const limit = { timeout: 60_000 };

export function lockPartiesContract({ name, sync, party }: Backend, kind: "Lock" | "RLock"): void {
  const what = `a ${name} ${kind}`;
  const make = (options?: { name?: string }) => new sync[kind](options);
  type SomeLock = ReturnType<typeof make>;

  test(`${what} keeps others out, who see its name and owner`, limit, async () => {
    const lock = make({ name: "door" });
    const other = party();
    await lock.acquire();
    const seen = await other.do([lock], (lock: SomeLock) => ({
      name: lock.name,
      owner: lock.owner,
      tried: lock.tryAcquire(),
      timely: lock.acquireSync({ timeoutMs: 20 }),
    }));
    assert.deepEqual(seen, { name: "door", owner: lock.owner, tried: false, timely: false });
    const waiting = other.do([lock], (lock: SomeLock) => lock.acquireSync());
    await untilBlocked(lock);
    lock.release();
    assert.equal(await waiting, true);
    assert.equal(lock.owner?.pid, other.pid);
    assert.equal(lock.tryAcquire(), false);
    const mine = lock.acquire();
    await untilBlocked(lock);
    await other.do([lock], (lock: SomeLock) => lock.release());
    assert.equal(await mine, true);
    lock.release();
    await other.end();
  });

  test(`${what} makes one of two steps, with blocking and waiting parties`, limit, async () => {
    const lock = make();
    const cell = scratch(sync);
    const parties = [party(), party(), party()];
    const blocking = (lock: SomeLock, cell: ReturnType<typeof scratch>) => {
      for (let step = 0; step < 2_000; step++) {
        lock.acquireSync();
        const at = cell.handle.block + 46;
        const { words } = cell.member.arena;
        words[at] = words[at]! + 1;
        lock.release();
      }
    };
    const waiting = async (lock: SomeLock, cell: ReturnType<typeof scratch>) => {
      const chain = async () => {
        for (let step = 0; step < 300; step++) {
          const guard = await lock.hold();
          const at = cell.handle.block + 46;
          const { words } = cell.member.arena;
          const was = words[at]!;
          await Promise.resolve();
          words[at] = was + 1;
          guard.release();
        }
      };
      await Promise.all([chain(), chain()]);
    };
    await Promise.all([
      parties[0]!.do([lock, cell], blocking),
      parties[1]!.do([lock, cell], blocking),
      parties[2]!.do([lock, cell], waiting),
      waiting(lock, cell),
    ]);
    assert.equal(cell.member.arena.words[cell.handle.block + 46], 2 * 2_000 + 4 * 300);
    assert.equal(lock.locked, false);
    await Promise.all(parties.map((party) => party.end()));
  });

  test(`${what} is not withheld by a party that takes it again and again`, limit, async () => {
    const lock = make();
    const stop = new sync.Event();
    const greedy = party();
    const busy = greedy.do([lock, stop], (lock: SomeLock, stop: typeof stopped) => {
      let rounds = 0;
      for (; !stop.isSet; rounds++) {
        lock.acquireSync();
        lock.release();
      }
      return rounds;
    });
    const stopped = stop;
    await untilBlocked(() => lock.locked);
    for (let round = 0; round < 20; round++) {
      assert.equal(lock.acquireSync({ timeoutMs: 5_000 }), true);
      lock.release();
      assert.equal(await lock.acquire({ timeoutMs: 5_000 }), true);
      lock.release();
    }
    stop.set();
    assert.ok((await busy) > 0);
    await greedy.end();
  });

  for (const form of ["hold", "holdSync"] as const) {
    test(`${what} of a dead holder goes to who waits with ${form}`, limit, async () => {
      const lock = make({ name: "vault" });
      const holder = party();
      await holder.do([lock], (lock: SomeLock) => lock.acquireSync());
      const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
      const waiting =
        form === "hold"
          ? lock.hold({ timeoutMs: 10_000 })
          : party()
              .do([lock], (lock: SomeLock) => {
                const guard = lock.holdSync({ timeoutMs: 10_000 });
                guard.release();
                return { abandoned: guard.abandoned, release() {} };
              })
              .catch((error: Error) => error);
      await untilBlocked(lock);
      await holder.kill();
      const guard = await waiting;
      if (form === "holdSync") return;
      assert.ok(!(guard instanceof Error));
      assert.equal(guard.abandoned, true);
      guard.release();
      const warning = await warned;
      assert.equal(warning.name, "AbandonedLockWarning");
      assert.match(warning.message, new RegExp(`"vault".*pid ${holder.pid}`));
      const again = await lock.hold();
      assert.equal(again.abandoned, false);
      again.release();
    });
  }

  test(`${what} of a dead holder is had by who comes later`, limit, async () => {
    const lock = make();
    const holder = party();
    await holder.do([lock], (lock: SomeLock) => lock.acquireSync());
    await holder.kill();
    const guard = lock.holdSync({ timeoutMs: 10_000 });
    assert.equal(guard.abandoned, true);
    guard.release();
  });

  test(`${what} stays held when its holder ends well`, limit, async () => {
    const lock = make();
    const holder = party();
    await holder.do([lock], (lock: SomeLock) => lock.acquireSync());
    const owner = lock.owner;
    await holder.end();
    assert.equal(await lock.acquire({ timeoutMs: 400 }), false);
    assert.equal(lock.acquireSync({ timeoutMs: 400 }), false);
    assert.equal(lock.locked, true);
    assert.deepEqual(lock.owner, owner);
  });

  test(`a waiter for ${what} that dies is forgotten`, limit, async () => {
    const lock = make();
    const dying = [party(), party()];
    await lock.acquire();
    const waits = [
      dying[0]!.do([lock], (lock: SomeLock) => lock.acquireSync()),
      dying[1]!.do([lock], (lock: SomeLock) => lock.acquire()),
    ];
    const outcomes = Promise.allSettled(waits);
    await untilBlocked(lock, { waiters: 2 });
    const mine = lock.acquire({ timeoutMs: 20_000 });
    await untilBlocked(lock, { waiters: 3 });
    await Promise.all(dying.map((party) => party.kill()));
    lock.release();
    assert.equal(await mine, true);
    lock.release();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    await untilBlocked(() => lock.waiting === 0);
  });
}
