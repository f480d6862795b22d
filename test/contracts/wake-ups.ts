/** Who is woken, and how many: no more than can go on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { untilBlocked } from "../support/until-blocked.js";
import { atomics, replaceAtomics } from "#internal/core/atomics.js";
import { GRANTED, NOTIFIED, W_STATE, eachRecord } from "#internal/core/queues.js";
import type { SharedObject } from "#internal/sync/shared-object.js";
import type { Backend } from "./backend.js";

const WAITERS = 256;

/** Counts how many waiters `body` wakes. */
function wakeUps({ member }: SharedObject, body: () => void): number {
  const states = new Set<number>();
  eachRecord(member.arena, (record) => states.add(record + W_STATE));
  const { store } = atomics;
  let woken = 0;
  replaceAtomics({
    ...atomics,
    store: (words, index, value) => {
      if (states.has(index) && (value === NOTIFIED || value === GRANTED)) woken++;
      store(words, index, value);
    },
  });
  try {
    body();
  } finally {
    replaceAtomics();
  }
  return woken;
}

export function wakeUpsContract({ name, sync }: Backend): void {
  test(
    `a release wakes one of ${WAITERS} waiters for a ${name} Lock`,
    { timeout: 60_000 },
    async () => {
      const lock = new sync.Lock();
      await lock.acquire();
      let inside = 0;
      const all = Array.from({ length: WAITERS }, async () => {
        await lock.acquire();
        inside++;
      });
      await untilBlocked(lock, { waiters: WAITERS });
      for (let round = 1; round <= WAITERS; round++) {
        assert.equal(
          wakeUps(lock, () => lock.release()),
          1,
        );
        await untilBlocked(() => inside === round);
        assert.equal(lock.waiting, WAITERS - round);
      }
      assert.equal(
        wakeUps(lock, () => lock.release()),
        0,
      );
      await Promise.all(all);
    },
  );

  test(
    `notifyAll of a ${name} Condition wakes nobody before the lock is free`,
    { timeout: 60_000 },
    async () => {
      const condition = new sync.Condition(new sync.Lock());
      const all = Array.from({ length: 64 }, () => condition.run(() => condition.wait()));
      await untilBlocked(condition, { waiters: 64 });
      await condition.acquire();
      assert.equal(
        wakeUps(condition, () => condition.notifyAll()),
        0,
      );
      assert.equal(condition.lock.waiting, 64);
      assert.equal(
        wakeUps(condition, () => condition.release()),
        1,
      );
      await Promise.all(all);
    },
  );

  test(`a ${name} Semaphore wakes as many as it has permits for`, { timeout: 60_000 }, async () => {
    const semaphore = new sync.Semaphore(0);
    const all = Array.from({ length: 64 }, () => semaphore.acquire());
    await untilBlocked(semaphore, { waiters: 64 });
    assert.equal(
      wakeUps(semaphore, () => semaphore.release(3)),
      3,
    );
    assert.equal(semaphore.waiting, 61);
    semaphore.release(61);
    await Promise.all(all);
  });
}
