/**
 * Death at every step (in the ordinary run: at some): a party does something with a primitive and
 * is killed before its first atomic operation, its second, and so on until it gets through. After
 * each death the primitive must work for the others as if the dead had never been, or had finished.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenBarrierError } from "manyhands/errors";
import { untilBlocked } from "../support/until-blocked.js";
import type * as threading from "manyhands/threading";
import type { SharedObject } from "#internal/sync/shared-object.js";
import type { Backend } from "./backend.js";
import { type Party, PartyDied } from "./party.js";

const limit = { timeout: 240_000 };
const PATIENCE = { timeoutMs: 20_000 };
const MOST_STEPS = 400;

/** The step after `step`: the next, or one further and further away where a sample has to do. */
const scenarioSteps = (step: number): number =>
  everyStep ? step + 1 : step + 1 + Math.floor(step / 2);
let everyStep = false;

/** Makes the scenarios that are declared from now on die at every step, not at some. */
export function dieEverywhere(): void {
  everyStep = true;
}

interface Scenario<T extends SharedObject> {
  readonly name: string;
  make(): T;
  /** Who waits when the party acts; the number of waiters is what `untilBlocked` waits for. */
  before?(thing: T, helper: Party): Promise<unknown>[];
  readonly waiters?: number;
  /** Who comes while the party acts. */
  during?(thing: T, helper: Party): Promise<Promise<unknown>[]>;
  readonly act: (thing: T) => unknown;
  /** What must hold after the party died, and what becomes of those who waited. */
  check(thing: T, waiting: Promise<unknown>[]): Promise<void>;
}

function dieAtEveryStep<T extends SharedObject>(backend: Backend, scenario: Scenario<T>): void {
  test(`${backend.name}: ${scenario.name}`, limit, async (context) => {
    const helper = backend.party();
    let step = 1;
    let next = backend.party();
    for (; step < MOST_STEPS; step = scenarioSteps(step)) {
      const party = next;
      next = backend.party();
      const thing = scenario.make();
      const waiting = scenario.before?.(thing, helper) ?? [];
      if (scenario.waiters !== undefined) {
        await untilBlocked(thing as never, { waiters: scenario.waiters });
      }
      const acting = party.do([thing], scenario.act as never, step).then(
        () => true,
        (error: unknown) => {
          if (error instanceof PartyDied) return false;
          throw error;
        },
      );
      waiting.push(...((await scenario.during?.(thing, helper)) ?? []));
      for (const wait of waiting) wait.catch(() => {});
      const through = await acting;
      if (through) await party.end();
      else await party.exited;
      try {
        await scenario.check(thing, waiting);
      } catch (error) {
        throw new Error(`after a death at step ${step}: ${String(error)}`, { cause: error });
      }
      if (through) break;
    }
    assert.ok(step > 1 && step < MOST_STEPS);
    context.diagnostic(`up to step ${step}`);
    await next.kill();
    await helper.end();
  });
}

async function isFree(lock: threading.Lock): Promise<void> {
  const guard = await lock.hold(PATIENCE);
  guard.release();
  lock.holdSync(PATIENCE).release();
  assert.equal(lock.locked, false);
  await untilBlocked(() => lock.waiting === 0);
}

export function lockDeathsContract(backend: Backend, kind: "Lock" | "RLock"): void {
  const make = () => new backend.sync[kind]();
  type Lock = threading.Lock;
  const takeAndGive = (lock: Lock) => {
    lock.acquireSync();
    lock.release();
  };

  dieAtEveryStep<Lock>(backend, {
    name: `a ${kind} is free after a death while it is taken and given back`,
    make,
    act: takeAndGive,
    check: isFree,
  });

  dieAtEveryStep<Lock>(backend, {
    name: `a ${kind} goes to blocked and waiting ones after a death while it is given back`,
    make,
    async during(lock, helper) {
      await untilBlocked(() => lock.locked);
      return [helper.do([lock], takeAndGive), lock.run(() => {}, PATIENCE)];
    },
    act: (lock) => {
      lock.acquireSync();
      while (lock.waiting < 2);
      dieFromHere();
      lock.release();
    },
    async check(lock, waiting) {
      await Promise.all(waiting);
      await isFree(lock);
    },
  });

  dieAtEveryStep<Lock>(backend, {
    name: `a ${kind} forgets one who dies on the way into its queue`,
    make,
    before(lock) {
      lock.acquireSync();
      setTimeout(() => lock.release(), 30);
      return [];
    },
    act: takeAndGive,
    check: async (lock) => {
      await untilBlocked(() => lock.owner?.pid !== process.pid || lock.owner.threadId !== 0);
      await isFree(lock);
    },
  });
}

export function semaphoreDeathsContract(backend: Backend): void {
  type Semaphore = threading.Semaphore;

  dieAtEveryStep<Semaphore>(backend, {
    name: "a Semaphore has all its permits after a death while one is taken and given back",
    make: () => new backend.sync.Semaphore(2),
    act: (semaphore) => {
      semaphore.acquireSync();
      semaphore.release();
    },
    async check(semaphore) {
      const guards = [await semaphore.hold(PATIENCE), await semaphore.hold(PATIENCE)];
      assert.equal(semaphore.tryAcquire(), false);
      for (const guard of guards) guard.release();
      assert.equal(semaphore.value, 2);
    },
  });

  dieAtEveryStep<Semaphore>(backend, {
    name: "a Semaphore serves all who wait after a death while its permits are given back",
    make: () => new backend.sync.Semaphore(2),
    before(semaphore, helper) {
      semaphore.acquireSync();
      semaphore.acquireSync();
      const use = (semaphore: Semaphore) => {
        semaphore.acquireSync();
        semaphore.release();
      };
      return [helper.do([semaphore], use), semaphore.run(() => {}, PATIENCE)];
    },
    waiters: 2,
    act: (semaphore) => semaphore.release(2),
    async check(semaphore, waiting) {
      // Whatever the dead had begun is finished by the next who comes.
      if (semaphore.tryAcquire()) semaphore.release();
      // Dead before it released: the permits are still this thread's.
      if (semaphore.waiting === 2 && semaphore.value === 0) semaphore.release(2);
      await Promise.all(waiting);
      assert.equal(semaphore.value, 2);
    },
  });
}

export function otherDeathsContract(backend: Backend): void {
  const { sync } = backend;

  dieAtEveryStep<threading.Event>(backend, {
    name: "an Event lets all go or none after a death while it is set",
    make: () => new sync.Event(),
    before: (event, helper) => [
      helper.do([event], (event: threading.Event) => event.waitSync()),
      event.wait(),
      event.wait(),
    ],
    waiters: 3,
    act: (event) => event.set(),
    async check(event, waiting) {
      event.clear();
      const left = event.waiting;
      assert.ok(left === 0 || left === 3, `${left} still wait`);
      event.set();
      assert.deepEqual(await Promise.all(waiting), [true, true, true]);
    },
  });

  dieAtEveryStep<threading.Condition>(backend, {
    name: "a Condition loses nobody after a death between notifying and giving back",
    make: () => new sync.Condition(new sync.Lock()),
    before: (condition, helper) => [
      helper.do([condition], (condition: threading.Condition) => {
        condition.acquireSync();
        condition.waitSync();
        condition.release();
      }),
      condition.run(() => condition.wait()),
    ],
    waiters: 2,
    act: (condition) => {
      condition.acquireSync();
      condition.notifyAll();
      condition.release();
    },
    async check(condition, waiting) {
      await condition.run(() => condition.notifyAll(), PATIENCE);
      await Promise.all(waiting);
      await isFree(condition.lock);
      assert.equal(condition.waiting, 0);
    },
  });

  dieAtEveryStep<threading.Barrier>(backend, {
    name: "a Barrier is passed or broken after a death of the last to come",
    make: () => new sync.Barrier(3),
    before: (barrier, helper) => [
      helper.do([barrier], (barrier: threading.Barrier) => barrier.waitSync()),
      barrier.wait(),
    ],
    waiters: 2,
    act: (barrier) => barrier.waitSync(),
    async check(_barrier, waiting) {
      const outcomes = await Promise.allSettled(waiting);
      const [first, second] = outcomes.map((outcome) =>
        outcome.status === "fulfilled" ? outcome.value : (outcome.reason as Error).name,
      );
      if (first === 0 && second === 1) return;
      if (first === 1 && second === 0) return;
      assert.deepEqual([first, second], ["BrokenBarrierError", BrokenBarrierError.name]);
    },
  });
}
