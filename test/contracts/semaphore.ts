/** What every semaphore promises. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import type * as threading from "manyhands/threading";
import { untilBlocked } from "../support/until-blocked.js";
import type { Backend } from "./backend.js";

type Semaphore = threading.Semaphore;

const limit = { timeout: 60_000 };

export function semaphoreContract({ name, sync, party }: Backend): void {
  const { Semaphore, BoundedSemaphore } = sync;

  test(`a ${name} Semaphore counts its permits down and up`, limit, async () => {
    const semaphore = new Semaphore(3, { name: "seats" });
    assert.equal(await semaphore.acquire(), true);
    assert.equal(semaphore.acquireSync(), true);
    assert.equal(semaphore.tryAcquire(), true);
    assert.equal(semaphore.value, 0);
    assert.equal(semaphore.tryAcquire(), false);
    assert.equal(await semaphore.acquire({ timeoutMs: 5 }), false);
    assert.equal(semaphore.acquireSync({ timeoutMs: 5 }), false);
    await assert.rejects(semaphore.hold({ timeoutMs: 5 }), TimeoutError);
    semaphore.release(2);
    assert.equal(semaphore.value, 2);
    assert.equal(await semaphore.run(() => semaphore.value), 1);
    {
      using _ = semaphore.holdSync();
      assert.equal(semaphore.value, 1);
    }
    assert.equal(semaphore.value, 2);
    assert.equal(String(semaphore), 'Semaphore "seats" (2 of 3 left)');
    assert.equal(new Semaphore().value, 1);
  });

  test(`a ${name} Semaphore refuses what is no count`, limit, () => {
    assert.throws(() => new Semaphore(-1), RangeError);
    assert.throws(() => new Semaphore(1.5), RangeError);
    assert.throws(() => new Semaphore("1" as never), TypeError);
    const semaphore = new Semaphore(1);
    for (const n of [0, -1, 0.5, Number.NaN]) {
      assert.throws(() => semaphore.release(n), RangeError);
    }
    assert.throws(() => semaphore.release("1" as never), TypeError);
    assert.equal(semaphore.value, 1);
  });

  test(`a ${name} Semaphore may be released beyond its start, a bounded one not`, limit, () => {
    const open = new Semaphore(1);
    open.release(5);
    assert.equal(open.value, 6);
    const bounded = new BoundedSemaphore(2);
    assert.throws(() => bounded.release(), RangeError);
    bounded.acquireSync();
    assert.throws(() => bounded.release(2), RangeError);
    assert.equal(bounded.value, 1);
    bounded.release();
    assert.equal(bounded.value, 2);
    assert.ok(bounded instanceof BoundedSemaphore);
  });

  test(`a ${name} Semaphore lets go as many as there are permits, in order`, limit, async () => {
    const semaphore = new Semaphore(0);
    const order: number[] = [];
    const waits = [0, 1, 2, 3].map(async (index) => {
      await semaphore.acquire();
      order.push(index);
    });
    await untilBlocked(semaphore, { waiters: 4 });
    semaphore.release(3);
    await Promise.all(waits.slice(0, 3));
    assert.deepEqual(order, [0, 1, 2]);
    assert.equal(semaphore.value, 0);
    assert.equal(semaphore.waiting, 1);
    semaphore.release();
    await waits[3];
  });

  test(`an aborted wait for a ${name} Semaphore takes no permit`, limit, async () => {
    const semaphore = new Semaphore(0);
    const controller = new AbortController();
    const aborted = semaphore.acquire({ signal: controller.signal });
    const next = semaphore.acquire();
    await untilBlocked(semaphore, { waiters: 2 });
    semaphore.release();
    controller.abort();
    await assert.rejects(aborted, { name: "AbortError" });
    assert.equal(await next, true);
    assert.equal(semaphore.value, 0);
  });

  test(`a ${name} Semaphore signals from one party to another`, limit, async () => {
    const semaphore = new Semaphore(0);
    const other = party();
    const got = other.do([semaphore], (semaphore: Semaphore) => {
      for (let n = 0; n < 500; n++) semaphore.acquireSync();
      return semaphore.value;
    });
    for (let n = 0; n < 500; n++) semaphore.release();
    assert.equal(await got, 0);
    await other.kill();
    // Who acquired what others released owes nothing.
    assert.equal(await semaphore.acquire({ timeoutMs: 300 }), false);
    assert.equal(semaphore.value, 0);
  });

  test(`a ${name} Semaphore gives on what a waiter did not live to see`, limit, async () => {
    const semaphore = new Semaphore(0);
    const other = party();
    const waiting = other.do([semaphore], (semaphore: Semaphore) => semaphore.acquireSync());
    const ended = assert.rejects(waiting);
    await untilBlocked(semaphore);
    const killed = other.kill();
    // Nobody knows yet that the first in the queue is dead.
    semaphore.release();
    assert.equal(await semaphore.acquire({ timeoutMs: 10_000 }), true);
    assert.equal(semaphore.value, 0);
    await Promise.all([ended, killed]);
  });

  test(`the permits of a dead party of a ${name} Semaphore come back`, limit, async () => {
    const semaphore = new Semaphore(3);
    const [first, second] = [party(), party()];
    const two = (semaphore: Semaphore) => {
      semaphore.acquireSync();
      semaphore.acquireSync();
    };
    await first.do([semaphore], two);
    await second.do([semaphore], (semaphore: Semaphore) => semaphore.acquireSync());
    assert.equal(semaphore.value, 0);
    const waiting = semaphore.acquire({ timeoutMs: 10_000 });
    await untilBlocked(semaphore);
    await first.kill();
    assert.equal(await waiting, true);
    await untilBlocked(() => semaphore.value === 1);
    await second.end();
    assert.equal(semaphore.acquireSync({ timeoutMs: 1_000 }), true);
    assert.equal(semaphore.acquireSync({ timeoutMs: 400 }), false);
    // What it left taken may still be given back by another.
    semaphore.release(3);
    assert.equal(semaphore.value, 3);
  });
}
