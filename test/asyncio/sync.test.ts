import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  createTask,
  Event,
  gather,
  holdAll,
  Lock,
  Semaphore,
  sleep,
  wait,
  type Task,
} from "manyhands/asyncio";
import { BrokenBarrierError, CancelledError, NotOwnerError, TimeoutError } from "manyhands/errors";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };

for (const Kind of [Lock, Semaphore, BoundedSemaphore]) {
  const taken = (lock: Lock | Semaphore): boolean => lock.locked;

  test(`${Kind.name}: waiters are served in order of arrival`, limit, async () => {
    const lock = new Kind();
    const order: number[] = [];
    await lock.acquire();
    const tasks = [1, 2, 3].map((n) => createTask(() => lock.run(() => void order.push(n))));
    await sleep(0);
    assert.equal(lock.waiting, 3);
    lock.release();
    assert.equal(lock.tryAcquire(), false, "nobody overtakes");
    await gather(tasks);
    assert.deepEqual(order, [1, 2, 3]);
    assert.equal(taken(lock), false);
  });

  test(`${Kind.name}: a waiter cancelled at its turn passes it on`, limit, async () => {
    const lock = new Kind();
    await lock.acquire();
    const [first, second] = [1, 2].map(() => createTask(() => lock.acquire())) as [
      Task<true>,
      Task<true>,
    ];
    await sleep(0);
    lock.release();
    first.cancel();
    await assert.rejects(first, CancelledError);
    assert.equal(await second, true);
    assert.equal(lock.waiting, 0);
    lock.release();
    assert.equal(taken(lock), false);
  });

  test(`${Kind.name}: an abort at the turn passes it on too`, limit, async () => {
    const lock = new Kind();
    await lock.acquire();
    const controller = new AbortController();
    const first = lock.acquire({ signal: controller.signal });
    const second = lock.acquire();
    await sleep(0);
    lock.release();
    controller.abort(new Error("gone"));
    await assert.rejects(first, /gone/);
    assert.equal(await second, true);
  });

  test(`${Kind.name}: a cancelled waiter leaves the line`, limit, async () => {
    const lock = new Kind();
    await lock.acquire();
    const waiter = createTask(() => lock.hold());
    await sleep(0);
    waiter.cancel();
    await assert.rejects(waiter, CancelledError);
    lock.release();
    assert.equal(lock.tryAcquire(), true);
  });

  test(`${Kind.name}: times and signals end a wait`, limit, async () => {
    const lock = new Kind();
    await lock.acquire();
    assert.equal(await lock.acquire({ timeoutMs: 1 }), false);
    assert.equal(await lock.acquire({ timeoutMs: 0 }), false);
    await assert.rejects(lock.hold({ timeoutMs: 1 }), TimeoutError);
    await assert.rejects(
      lock.run(() => {}, { timeoutMs: 0 }),
      TimeoutError,
    );
    await assert.rejects(lock.acquire({ timeoutMs: -1 }), RangeError);
    await assert.rejects(lock.acquire({ signal: AbortSignal.abort(new Error("no")) }), /no/);
    assert.equal(lock.waiting, 0);
    lock.release();
    assert.equal(await lock.acquire({ timeoutMs: 0 }), true);
  });

  test(`${Kind.name}: a guard releases once, a run whatever happens`, limit, async () => {
    const lock = new Kind();
    {
      using guard = await lock.hold();
      assert.equal(guard.abandoned, false);
      assert.equal(taken(lock), true);
      guard.release();
    }
    assert.equal(taken(lock), false);
    await assert.rejects(
      lock.run(() => {
        throw new Error("inside");
      }),
      /inside/,
    );
    assert.equal(taken(lock), false);
  });
}

test("a lock says who holds it, and refuses to be released when free", limit, async () => {
  const lock = new Lock({ name: "store" });
  assert.equal(lock.owner, null);
  await createTask(() => lock.acquire(), { name: "keeper" });
  assert.equal(lock.owner!.name, "keeper");
  assert.equal(lock.owner!.pid, process.pid);
  assert.equal(String(lock), "<Lock store locked>");
  lock.release();
  assert.throws(() => lock.release(), NotOwnerError);
});

test("semaphores count, and check their numbers", limit, async () => {
  const semaphore = new Semaphore(2);
  await semaphore.acquire();
  assert.equal(semaphore.value, 1);
  semaphore.release(2);
  assert.equal(semaphore.value, 3);
  assert.throws(() => new Semaphore(-1), RangeError);
  assert.throws(() => semaphore.release(0), RangeError);
  assert.throws(() => new Semaphore("1" as never), TypeError);
  const bounded = new BoundedSemaphore(2);
  assert.throws(() => bounded.release("1" as never), TypeError);
  bounded.tryAcquire();
  assert.throws(() => bounded.release(2), RangeError);
  assert.equal(bounded.value, 1);
});

test("holdAll takes locks in one order, so tasks never wait for each other", limit, async () => {
  const [a, b] = [new Lock(), new Lock()];
  const both = async (locks: Lock[]): Promise<void> => {
    using _ = await holdAll(locks);
    await sleep(0);
  };
  await gather([() => both([a, b]), () => both([b, a]), () => both([a, a])]);
  assert.deepEqual([a.locked, b.locked], [false, false]);
  await b.acquire();
  await assert.rejects(holdAll([a, b], { timeoutMs: 1 }), TimeoutError);
  assert.equal(a.locked, false);
});

test("an event lets everybody go who waited, even if cleared at once", limit, async () => {
  const event = new Event();
  const waiters = [1, 2].map(() => createTask(() => event.wait()));
  await sleep(0);
  event.set();
  event.clear();
  assert.deepEqual(await gather(waiters), [true, true]);
  assert.equal(event.isSet, false);
  assert.equal(await event.wait({ timeoutMs: 1 }), false);
  event.set();
  assert.equal(await event.wait(), true);
});

test("a condition needs its lock", limit, async () => {
  const condition = new Condition();
  await assert.rejects(condition.wait(), NotOwnerError);
  assert.throws(() => condition.notify(), NotOwnerError);
  assert.throws(() => new Condition({} as never), TypeError);
});

test("notify wakes those who wait longest, and holds nothing for later", limit, async () => {
  const condition = new Condition();
  const woken: number[] = [];
  const tasks = [1, 2, 3].map((n) =>
    createTask(() =>
      condition.run(async () => {
        await condition.wait();
        woken.push(n);
      }),
    ),
  );
  await sleep(1);
  await condition.run(() => condition.notify(2));
  await wait(tasks.slice(0, 2));
  assert.deepEqual(woken, [1, 2]);
  await condition.run(() => condition.notifyAll());
  await gather(tasks);
  assert.deepEqual(woken, [1, 2, 3]);
});

test("a notified waiter that is cancelled passes the notification on", limit, async () => {
  const condition = new Condition();
  const waiter = (): Promise<boolean> => condition.run(() => condition.wait());
  const [first, second] = [createTask(waiter), createTask(waiter)];
  await sleep(1);
  await condition.acquire();
  condition.notify();
  first.cancel();
  condition.release();
  await assert.rejects(first, CancelledError);
  assert.equal(await second, true);
});

test("a cancelled waiter has the lock again when it goes on", limit, async () => {
  const condition = new Condition();
  let held: boolean | undefined;
  const task = createTask(() =>
    condition.run(async () => {
      try {
        await condition.wait();
      } finally {
        held = condition.locked;
      }
    }),
  );
  await sleep(1);
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(held, true);
  assert.equal(condition.locked, false);
});

test("waitFor asks its predicate at each notification", limit, async () => {
  const condition = new Condition();
  let value = 0;
  const task = createTask(() => condition.run(() => condition.waitFor(() => value === 2)));
  for (value = 1; value <= 2; value++) {
    await sleep(1);
    await condition.run(() => condition.notifyAll());
    if (value === 2) break;
  }
  assert.equal(await task, true);
  const late = condition.run(() => condition.waitFor(() => false, { timeoutMs: 1 }));
  assert.equal(await late, false);
});

test("a barrier gives everybody a number of its own, round after round", limit, async () => {
  let actions = 0;
  const barrier = new Barrier(3, { action: () => void actions++ });
  for (let round = 0; round < 2; round++) {
    const numbers = await gather([1, 2, 3].map(() => () => barrier.wait()));
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      [0, 1, 2],
    );
  }
  assert.equal(actions, 2);
  assert.throws(() => new Barrier(0), RangeError);
});

test("a barrier breaks for all when one runs out of time", limit, async () => {
  const barrier = new Barrier(3);
  const patient = createTask(() => barrier.wait());
  await assert.rejects(barrier.wait({ timeoutMs: 1 }), BrokenBarrierError);
  await assert.rejects(patient, BrokenBarrierError);
  assert.equal(barrier.broken, true);
  await assert.rejects(barrier.wait(), BrokenBarrierError);
  barrier.reset();
  assert.equal(barrier.broken, false);
});

test(
  "a cancelled barrier waiter just leaves; abort and reset throw the rest out",
  limit,
  async () => {
    const barrier = new Barrier(2);
    const leaver = createTask(() => barrier.wait());
    await sleep(0);
    leaver.cancel();
    await assert.rejects(leaver, CancelledError);
    assert.deepEqual([barrier.waiting, barrier.broken], [0, false]);
    for (const end of ["abort", "reset"] as const) {
      const waiter = createTask(() => barrier.wait());
      await sleep(0);
      barrier[end]();
      await assert.rejects(waiter, BrokenBarrierError);
      assert.equal(barrier.broken, end === "abort");
      barrier.reset();
    }
  },
);

test("a barrier's action that fails breaks it", limit, async () => {
  const action = (): never => {
    throw new Error("action");
  };
  const barrier = new Barrier(2, { action });
  const first = createTask(() => barrier.wait());
  await sleep(0);
  await assert.rejects(barrier.wait(), /action/);
  await assert.rejects(first, BrokenBarrierError);
});
