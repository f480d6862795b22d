/**
 * Finding deadlocks, when asked to: an acquire that would close a cycle of "holds this, waits for
 * that" is refused, across threads and processes.
 *
 * It costs nothing while it is off but one look at a word of the arena. While it is on, each thread
 * keeps a list of the locks it holds, with the place where each was taken; and whoever has to wait
 * looks, once it is queued, whether the owner of what it wants waits for something that it holds.
 * Owners and waiters of all threads stand in shared memory anyway. One at a time looks, under a
 * latch of its own, and leaves the queue before it drops it: so of those who close a cycle together
 * one is refused and the others go on.
 */
import { withdraw } from "../core/block-wait.ts";
import { atomics } from "../core/atomics.ts";
import { dropLatch, takeLatch } from "../core/latch.ts";
import { H_DETECTOR, H_DETECTS } from "../core/layout.ts";
import type { Member } from "../core/member.ts";
import { type Waitable, WAIT } from "../core/waitable.ts";
import { DeadlockError } from "../errors.ts";
import { type Lockable, firstStack, stackOf } from "./held-locks.ts";
import { type Edge, findCycle, showActor } from "./wait-graph.ts";
import { nameOf } from "./shared-object.ts";

/** Tokens of waits that were refused: this, and the number of the refusal. */
export const REFUSED: number = 1 << 20;

const members = new Set<Member>();
let wanted = process.env["MANYHANDS_DETECT_DEADLOCKS"] === "1" ? true : undefined;

/**
 * Switches the search for deadlocks on or off, for all threads that share memory with this one.
 * With MANYHANDS_DETECT_DEADLOCKS=1 in the environment it is on from the start. While it is on, an
 * acquire that would close a cycle throws a DeadlockError, and two locks that are taken now in this
 * order and now in that cause a warning, though nothing happened yet.
 *
 * What code holds is known for the Sync forms and inside scopes (a `run()`, a task, a target); a
 * bare `await lock.acquire()` outside them could be anybody's, so it is never taken to be part of a
 * cycle.
 */
export function detectDeadlocks(on = true): void {
  if (typeof on !== "boolean") throw new TypeError(`on must be a boolean, not ${typeof on}`);
  wanted = on;
  for (const member of members) apply(member);
}

function apply(member: Member): void {
  if (wanted !== undefined) atomics.store(member.arena.words, H_DETECTS, wanted ? 1 : 0);
}

/** Applies to an arena what was asked for before this thread had anything in it. */
export function joinDetection(member: Member): void {
  if (members.has(member)) return;
  members.add(member);
  apply(member);
}

// A plain look, since every acquire takes it: nothing depends on seeing a change at once.
export const isDetecting = ({ arena }: Member): boolean => arena.words[H_DETECTS] === 1;

const refusals = new Map<number, DeadlockError>();
let refused = 0;

/** The error of a refused wait. */
export function refusalOf(token: number): DeadlockError {
  const error = refusals.get(token)!;
  refusals.delete(token);
  return error;
}

/** Looks whether a wait that was just queued closes a cycle: a token that refuses it, or WAIT. */
export function checkDeadlock(lock: Lockable, wait: Waitable, record: number): number {
  const { member } = lock;
  const { arena } = member;
  takeLatch(arena, H_DETECTOR, member.id);
  let cycle: readonly Edge[] | undefined;
  try {
    cycle = findCycle(member, wait.key, wait.flow ?? 0);
    if (cycle === undefined) return WAIT;
    const got = withdraw(member, wait, record);
    if (got !== WAIT) return got;
  } finally {
    dropLatch(arena, H_DETECTOR);
  }
  const token = REFUSED + (++refused % REFUSED);
  refusals.set(token, errorFor(member, cycle));
  return token;
}

function errorFor(member: Member, cycle: readonly Edge[]): DeadlockError {
  const shown = cycle.map(({ block, owner, ownerFlow, waiter, waiterFlow }) => ({
    lock: nameOf(member.arena, block),
    heldBy: showActor(member, owner, ownerFlow),
    waitedBy: showActor(member, waiter, waiterFlow),
  }));
  const lines = cycle.map(({ block, owner }, index) => {
    const { lock, heldBy, waitedBy } = shown[index]!;
    const stack = owner === member.id ? firstStack(member, block) : stackOf(member, block, owner);
    const place = stack === undefined ? "" : `\n    taken${stack}`;
    return `\n  ${waitedBy} waits for "${lock}", held by ${heldBy}${place}`;
  });
  return new DeadlockError(`waiting would never end:${lines.join("")}`, shown);
}
