/**
 * Several locks at once, always in one order that all threads and processes share: the position in
 * memory. Whoever takes its locks this way cannot be part of a deadlock with others who do.
 */
import { Deadline, givenSignal, type SyncWait, type Wait, timeAllowed } from "../core/deadline.ts";
import { TimeoutError } from "../errors.ts";
import { Condition } from "./condition.ts";
import { Guard } from "./guard.ts";
import { Holdable } from "./holdable.ts";

/** What can be held together with others. */
export type Holdables = Iterable<Holdable | Condition>;

const reach = (lock: Holdable): number => (lock.member.arena.reach === "thread" ? 0 : 1);

function inGlobalOrder(locks: Holdables): Holdable[] {
  if (typeof (locks as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function") {
    throw new TypeError("holdAll takes several locks, such as an array of them");
  }
  const found = new Set<Holdable>();
  for (const item of locks) {
    const lock = item instanceof Condition ? item.lock : item;
    if (!(lock instanceof Holdable)) {
      throw new TypeError(`holdAll takes locks and semaphores, not ${typeof lock}`);
    }
    found.add(lock);
  }
  return Array.from(found).sort((a, b) => reach(a) - reach(b) || a.handle.block - b.handle.block);
}

/** The guards of those that were taken so far, given back in reverse. */
function together(guards: readonly Guard[]): Guard {
  const abandoned = guards.some((guard) => guard.abandoned);
  return new Guard(() => {
    for (const guard of Array.from(guards).reverse()) guard.release();
  }, abandoned);
}

/** What to throw: a lock that is late tells of the time that was left for it, not of all of it. */
function refusal(error: unknown, lock: Holdable | undefined, wait: Wait | undefined): unknown {
  if (!(error instanceof TimeoutError) || error === wait?.signal?.reason) return error;
  return new TimeoutError(
    `${String(lock)} could not be had within the ${wait?.timeoutMs} ms that holdAll was given`,
  );
}

/**
 * Waits until all of them are held; a lock that is named twice is taken once. If that fails, none
 * is held. The time is for all together.
 * @throws TimeoutError when the time ran out, the signal's reason when it aborted
 */
export async function holdAll(locks: Holdables, wait?: Wait): Promise<Guard> {
  const deadline = new Deadline(timeAllowed(wait));
  givenSignal(wait)?.throwIfAborted();
  const ordered = inGlobalOrder(locks);
  const guards: Guard[] = [];
  try {
    for (const lock of ordered) {
      guards.push(await lock.hold({ ...wait, timeoutMs: deadline.remainingMs }));
    }
  } catch (error) {
    together(guards).release();
    throw refusal(error, ordered[guards.length], wait);
  }
  return together(guards);
}

/** The blocking twin of `holdAll`. */
export function holdAllSync(locks: Holdables, wait?: SyncWait): Guard {
  const deadline = new Deadline(timeAllowed(wait));
  const ordered = inGlobalOrder(locks);
  const guards: Guard[] = [];
  try {
    for (const lock of ordered) {
      guards.push(lock.holdSync({ timeoutMs: deadline.remainingMs }));
    }
  } catch (error) {
    together(guards).release();
    throw refusal(error, ordered[guards.length], wait);
  }
  return together(guards);
}
