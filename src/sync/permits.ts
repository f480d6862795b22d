/**
 * The words of a semaphore: how many permits are left, and who has how many.
 *
 *   VALUE INITIAL BOUNDED  log: SLOT HELD LEFT VALUE HEIR  LEFT  HELD × slots
 *
 * Everything happens under the latch. What is about to change is written down first, as the values
 * that will be, and the entry is closed last; so whoever comes after a holder of the latch that
 * died completes it, and every permit is at any time in exactly one place:
 *
 *   VALUE + HELD of all + LEFT (by those who ended well) = INITIAL + releases without acquire
 *
 * Permits are given in order of arrival; a release hands them over directly. The note of a waiter's
 * record names the semaphore from then on until its wait is over, so that a permit which its waiter
 * did not live to see goes to another.
 */
import { atomics } from "../core/atomics.ts";
import { holderOf } from "../core/blocks.ts";
import type { Ending } from "../core/kinds.ts";
import { SLOT_COUNT, slotOf } from "../core/layout.ts";
import type { Member } from "../core/member.ts";
import { W_KEY, W_NOTE, bucketFor, eachRecord, first } from "../core/queues.ts";
import { idIn } from "../core/slots.ts";
import { WAIT } from "../core/waitable.ts";
import { grant, latched } from "../core/wake.ts";
import { TAKEN } from "./lock-word.ts";
import { MOST } from "./numbers.ts";
import { WORDS_AT } from "./shared-object.ts";

const VALUE: number = WORDS_AT;
const INITIAL: number = WORDS_AT + 1;
const BOUNDED: number = WORDS_AT + 2;
/** The slot whose count changes, plus one; 0 when nothing is under way. */
const LOG_SLOT: number = WORDS_AT + 3;
const LOG_HELD: number = WORDS_AT + 4;
const LOG_LEFT: number = WORDS_AT + 5;
const LOG_VALUE: number = WORDS_AT + 6;
const LOG_HEIR: number = WORDS_AT + 7;
const LEFT: number = WORDS_AT + 8;
const HELD: number = WORDS_AT + 9;
export const PERMIT_WORDS: number = 9 + SLOT_COUNT;

interface Change {
  readonly slot: number;
  readonly held: number;
  readonly left: number;
  readonly value: number;
  /** The waiter's record that gets the permit. */
  readonly heir: number;
}

export function initialise(member: Member, block: number, value: number, bounded: boolean): void {
  atomics.store(member.arena.words, block + INITIAL, value);
  atomics.store(member.arena.words, block + BOUNDED, bounded ? 1 : 0);
  atomics.store(member.arena.words, block + VALUE, value);
}

export const valueOf = (member: Member, block: number): number =>
  atomics.load(member.arena.words, block + VALUE);
export const initialOf = (member: Member, block: number): number =>
  atomics.load(member.arena.words, block + INITIAL);

const heldBy = (member: Member, block: number, slot: number): number =>
  atomics.load(member.arena.words, block + HELD + slot);
const leftIn = (member: Member, block: number): number =>
  atomics.load(member.arena.words, block + LEFT);

function change(member: Member, block: number, to: Change): void {
  const { words } = member.arena;
  atomics.store(words, block + LOG_HELD, to.held);
  atomics.store(words, block + LOG_LEFT, to.left);
  atomics.store(words, block + LOG_VALUE, to.value);
  atomics.store(words, block + LOG_HEIR, to.heir);
  atomics.store(words, block + LOG_SLOT, to.slot + 1);
  complete(member, block);
}

/** Does what the log says, if there is an entry. */
function complete(member: Member, block: number): void {
  const { words } = member.arena;
  const slot = atomics.load(words, block + LOG_SLOT) - 1;
  if (slot < 0) return;
  atomics.store(words, block + HELD + slot, atomics.load(words, block + LOG_HELD));
  atomics.store(words, block + LEFT, atomics.load(words, block + LOG_LEFT));
  atomics.store(words, block + VALUE, atomics.load(words, block + LOG_VALUE));
  const heir = atomics.load(words, block + LOG_HEIR);
  if (heir !== 0 && atomics.load(words, heir + W_KEY) === block) {
    atomics.store(words, heir + W_NOTE, block);
    grant(member, heir, TAKEN);
  }
  atomics.store(words, block + LOG_SLOT, 0);
}

function give(member: Member, block: number, id: number, heir: number): void {
  const slot = slotOf(id);
  const held = heldBy(member, block, slot) + 1;
  const value = valueOf(member, block) - 1;
  change(member, block, { slot, held, left: leftIn(member, block), value, heir });
}

/** Gives permits to those who wait, in order. */
function serve(member: Member, block: number): void {
  const { arena } = member;
  while (valueOf(member, block) > 0) {
    const head = first(arena, bucketFor(block), block);
    if (head === 0) return;
    give(member, block, holderOf(arena, head), head);
  }
}

/** Takes a permit for this thread if one is left when all who wait are served. Under the latch. */
export function attemptPermit(member: Member, block: number): number {
  complete(member, block);
  serve(member, block);
  // Where one is left after that, nobody is queued: it is a newcomer who asks.
  if (valueOf(member, block) === 0) return WAIT;
  give(member, block, member.id, 0);
  return TAKEN;
}

/** Gives `n` permits back, its own first; false, and nothing changes, when that is too many. */
export function putBack(member: Member, block: number, n: number): boolean {
  return latched(member, bucketFor(block), () => {
    complete(member, block);
    const bounded = atomics.load(member.arena.words, block + BOUNDED) === 1;
    const value = valueOf(member, block) + n;
    if (value > (bounded ? initialOf(member, block) : MOST)) return false;
    const { slot } = member;
    const held = heldBy(member, block, slot);
    const left = leftIn(member, block);
    const own = Math.min(n, held);
    const ofLeft = Math.min(n - own, left);
    change(member, block, { slot, held: held - own, left: left - ofLeft, value, heir: 0 });
    serve(member, block);
    return true;
  });
}

/** The ids of those who have permits. */
export function* permitHolders(member: Member, block: number): Generator<number> {
  for (let slot = 1; slot < SLOT_COUNT; slot++) {
    if (heldBy(member, block, slot) > 0) yield idIn(member.arena, slot);
  }
}

/**
 * The permits of the dead come back, but no more than are missing: one who released for another
 * still counts as having them. Those of threads that ended well stay taken. What either were given
 * and had not seen yet comes back in any case.
 */
export function settlePermits(member: Member, block: number, id: number, ending: Ending): void {
  const slot = slotOf(id);
  if (heldBy(member, block, slot) === 0 && atomics.load(member.arena.words, block + LOG_SLOT) === 0)
    return;
  latched(member, bucketFor(block), () => {
    complete(member, block);
    const held = heldBy(member, block, slot);
    let value = valueOf(member, block);
    let left = leftIn(member, block);
    const handed = Math.min(held, unseen(member, block, id));
    if (ending === "left") {
      left += held - handed;
      value += handed;
    } else {
      value += Math.min(held, Math.max(handed, missing(member, block) + held));
    }
    change(member, block, { slot, held: 0, left, value, heir: 0 });
    serve(member, block);
  });
}

/** How many permits were handed to waits of the dead that were not over yet. */
function unseen(member: Member, block: number, id: number): number {
  const { arena } = member;
  let records = 0;
  eachRecord(arena, (record) => {
    if (holderOf(arena, record) !== id) return;
    if (atomics.load(arena.words, record + W_NOTE) === block) records++;
  });
  return records;
}

/** How many permits nobody accounts for; negative when there are more than there should be. */
function missing(member: Member, block: number): number {
  let accounted = valueOf(member, block) + leftIn(member, block);
  for (let slot = 1; slot < SLOT_COUNT; slot++) accounted += heldBy(member, block, slot);
  return initialOf(member, block) - accounted;
}
