/**
 * The word of a lock, and the queue behind it: what Lock, RLock and Condition share.
 *
 * WORD  0                  free, nobody queued
 *       id                 held by the thread `id`
 *       … | QUEUED         somebody is queued, or was
 *       … | QUEUED | CALLED  the first in the queue was notified and has not looked yet
 *       ABANDONED          free since its holder died; whoever takes it is told
 *
 *   free ──fast, CAS──▶ held ──fast, CAS──▶ free        while nobody is queued
 *   held ──slow, latch──▶ free, first called            newcomers may overtake it …
 *                     ──▶ held by the first             … but not too often and not for long
 *   held, first called ──fast, CAS──▶ free, first called
 *
 * Bounded barging: a lock that is handed over stands idle until the next wakes up. So it is left
 * free for whoever comes, and the first in the queue attempts again, once; after it was overtaken
 * for a while the lock is given to it directly.
 *
 * Everything but the fast path happens under the latch of the bucket of the lock's block. HEIR
 * names the record that the lock is being given to: whoever takes over from a dead waker goes on.
 */
import { atomics } from "../core/atomics.ts";
import { holderOf } from "../core/blocks.ts";
import type { Member } from "../core/member.ts";
import { IN_LOOP, W_FLOW, W_KEY, W_MODE, bucketFor, first, following } from "../core/queues.ts";
import { type Waitable, WAIT } from "../core/waitable.ts";
import { grant, latched, notify } from "../core/wake.ts";
import { WORDS_AT } from "./shared-object.ts";

const WORD = WORDS_AT;
/** Which flow of the holding thread; see `owner-flow.ts`. */
const FLOW: number = WORDS_AT + 1;
/** How often it is held by its owner, where it may be held more than once. */
const DEPTH: number = WORDS_AT + 2;
const HEIR: number = WORDS_AT + 3;
/** The first in the queue when it was first notified, since when, and how often overtaken. */
const NUDGED: number = WORDS_AT + 4;
const NUDGED_AT: number = WORDS_AT + 5;
const OVERTAKEN: number = WORDS_AT + 6;
/** The block with the text of where its holder took it, while that waits; see `held-locks.ts`. */
export const STACK: number = WORDS_AT + 7;
/** How many words these are. */
export const LOCK_WORDS = 8;

const QUEUED = 1 << 30;
/** Only beside QUEUED. */
const CALLED = 1 << 31;
/** Alone: the same bit. */
const ABANDONED = 1 << 31;
const OWNER: number = QUEUED - 1;
/** The owner of a lock whose holder ended well without releasing it: an id that nobody has. */
export const GONE = 1_024;

/** Tokens of waits for a lock. */
export const TAKEN = 0;
export const TAKEN_ABANDONED = 1;

/** How often the first may be overtaken, and for how long; one time of so many it is looked at. */
const MOST_OVERTAKES = 2_048;
const LOOK_EVERY = 32;
const LONGEST_US = 500;

/** The id of the thread that holds the lock; 0 when it is free. */
export const ownerOf = (member: Member, block: number): number =>
  atomics.load(member.arena.words, block + WORD) & OWNER;

export const isAbandoned = (member: Member, block: number): boolean =>
  atomics.load(member.arena.words, block + WORD) === ABANDONED;

/** Whether this thread holds the lock. Another cannot change that, so a plain look is enough. */
export const isOurs = (member: Member, block: number): boolean =>
  (member.arena.words[block + WORD]! & OWNER) === member.id;

// FLOW and DEPTH are written before the word makes somebody the owner, and read by the owner: so
// they are plain accesses, ordered by those to the word.
export const flowOf = (member: Member, block: number): number => member.arena.words[block + FLOW]!;
export const depthOf = (member: Member, block: number): number =>
  member.arena.words[block + DEPTH]!;

/** Notes which flow of this thread, which holds the lock, does so, and how often. */
export function setHolder(member: Member, block: number, flow: number, depth: number): void {
  const { words } = member.arena;
  words[block + FLOW] = flow;
  words[block + DEPTH] = depth;
}

/** Takes the lock at once, without the latch; may fail although it is free, after a death. */
export function tryTake(member: Member, block: number): boolean {
  const { words } = member.arena;
  const was = atomics.compareExchange(words, block + WORD, 0, member.id);
  if (was === 0) return true;
  if (was !== QUEUED && was !== (QUEUED | CALLED)) return false;
  return atomics.compareExchange(words, block + WORD, was, was | member.id) === was;
}

/** Frees the lock at once, if this thread holds it and nobody has to be notified. */
export function tryDrop(member: Member, block: number): boolean {
  const { words } = member.arena;
  const was = atomics.compareExchange(words, block + WORD, member.id, 0);
  if (was === member.id) return true;
  const called = QUEUED | CALLED;
  if (was !== (called | member.id)) return false;
  if ((atomics.add(words, block + OVERTAKEN, 1) + 1) % LOOK_EVERY === 0) return false;
  // If the first has looked meanwhile and found the lock held, it must be called again.
  return atomics.compareExchange(words, block + WORD, was, called) === was;
}

/** Takes the lock, or marks that somebody is going to be queued. Under the latch. */
export function attempt(member: Member, block: number, record: number, flow: number): number {
  const { words } = member.arena;
  if (finishGiving(member, block) === record) return WAIT;
  for (;;) {
    const word = atomics.load(words, block + WORD);
    if ((word & OWNER) === 0) {
      const next = member.id | (othersQueued(member, block, record) ? QUEUED : 0);
      // A newcomer on the fast path may take it at the same time.
      if (atomics.compareExchange(words, block + WORD, word, next) !== word) continue;
      setHolder(member, block, flow, 1);
      if (atomics.load(words, block + NUDGED) === record) atomics.store(words, block + NUDGED, 0);
      return word === ABANDONED ? TAKEN_ABANDONED : TAKEN;
    }
    const waits = (word & OWNER) | QUEUED;
    // The holder may free it on the fast path before it sees the mark.
    if (word === waits) return WAIT;
    if (atomics.compareExchange(words, block + WORD, word, waits) === word) return WAIT;
  }
}

function othersQueued(member: Member, block: number, record: number): boolean {
  const head = first(member.arena, bucketFor(block), block);
  return head !== 0 && (head !== record || following(member.arena, head, block) !== 0);
}

/** Marks that somebody is going to be queued for a lock that is held. Under the latch. */
export function expectWaiter(member: Member, block: number): void {
  atomics.or(member.arena.words, block + WORD, QUEUED);
}

/**
 * Frees the lock and sees to the next, whoever holds it; false when it was free. Under the latch.
 */
export function drop(member: Member, block: number): boolean {
  const { arena } = member;
  finishGiving(member, block);
  for (;;) {
    const word = atomics.load(arena.words, block + WORD);
    if ((word & OWNER) === 0) return false;
    const head = first(arena, bucketFor(block), block);
    if (head !== 0) {
      if (passOn(member, block, head, word)) return true;
      continue;
    }
    // Its holder may free it on the fast path while another thread releases it.
    if (atomics.compareExchange(arena.words, block + WORD, word, 0) === word) return true;
  }
}

/** Lets the first in the queue go on if the lock turned out to be free. Under the latch. */
export function wakeIfFree(member: Member, block: number): void {
  if (ownerOf(member, block) !== 0) return;
  const head = first(member.arena, bucketFor(block), block);
  if (head !== 0) notify(member, head);
}

/** False when its holder freed it, on the fast path, while another thread released it. */
function passOn(member: Member, block: number, head: number, word: number): boolean {
  const { words } = member.arena;
  if (isItsTurn(member, block, head)) {
    // From here no fast path applies.
    const held = (word & OWNER) | QUEUED;
    if (atomics.compareExchange(words, block + WORD, word, held) !== word) return false;
    giveTo(member, block, head, TAKEN);
    return true;
  }
  const called = QUEUED | CALLED;
  if (atomics.compareExchange(words, block + WORD, word, called) !== word) return false;
  notify(member, head);
  return true;
}

/**
 * Whether the lock is to be given to the first in the queue, rather than left to who comes first.
 */
function isItsTurn(member: Member, block: number, head: number): boolean {
  const { words } = member.arena;
  const inLoop = atomics.load(words, head + W_MODE) === IN_LOOP;
  // In our own loop nobody has to be woken, so the lock does not stand idle.
  if (inLoop && holderOf(member.arena, head) === member.id) return true;
  if (atomics.load(words, block + NUDGED) !== head) {
    atomics.store(words, block + NUDGED_AT, microseconds());
    atomics.store(words, block + OVERTAKEN, 0);
    atomics.store(words, block + NUDGED, head);
    return false;
  }
  const overtaken = atomics.add(words, block + OVERTAKEN, 1) + 1;
  if (overtaken >= MOST_OVERTAKES) return true;
  const waited = (microseconds() - atomics.load(words, block + NUDGED_AT)) | 0;
  return waited >= LONGEST_US;
}

/** The same clock in all processes; wraps around. */
function microseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (Math.imul(seconds, 1_000_000) + Math.floor(nanoseconds / 1_000)) | 0;
}

function giveTo(member: Member, block: number, record: number, token: number): void {
  const { arena } = member;
  const { words } = arena;
  const more = following(arena, record, block) !== 0 ? QUEUED : 0;
  setHolder(member, block, atomics.load(words, record + W_FLOW), 1);
  atomics.store(words, block + NUDGED, 0);
  atomics.store(words, block + HEIR, token === TAKEN ? record : -record);
  // From here the lock is the waiter's, though it may not know yet.
  atomics.store(words, block + WORD, holderOf(arena, record) | more);
  grant(member, record, token);
  atomics.store(words, block + HEIR, 0);
}

/**
 * Completes what a waker began that died while it gave the lock away. Whose record got it, or 0.
 */
function finishGiving(member: Member, block: number): number {
  const { arena } = member;
  const { words } = arena;
  const heir = atomics.load(words, block + HEIR);
  if (heir === 0) return 0;
  const record = Math.abs(heir);
  // It got the lock if the word says so, and still waits if its record is in the queue.
  const waits = atomics.load(words, record + W_KEY) === block;
  const given = waits && ownerOf(member, block) === holderOf(arena, record);
  if (given) grant(member, record, heir > 0 ? TAKEN : TAKEN_ABANDONED);
  atomics.store(words, block + HEIR, 0);
  return given ? record : 0;
}

/** Gives the lock of a dead holder to the next, or frees it for whoever comes. Under the latch. */
export function abandon(member: Member, block: number, id: number): void {
  const { arena } = member;
  finishGiving(member, block);
  if (ownerOf(member, block) !== id) return;
  const head = first(arena, bucketFor(block), block);
  if (head !== 0) giveTo(member, block, head, TAKEN_ABANDONED);
  else atomics.store(arena.words, block + WORD, ABANDONED);
}

/** Leaves a lock held though its holder ended. Under the latch. */
export function strand(member: Member, block: number, id: number): void {
  const { words } = member.arena;
  finishGiving(member, block);
  if (ownerOf(member, block) !== id) return;
  const queued = atomics.load(words, block + WORD) & QUEUED;
  atomics.store(words, block + WORD, GONE | queued);
}

/** Waiting for a lock. */
export function lockWait(member: Member, block: number, flow: number): Waitable {
  return {
    home: block,
    key: block,
    flow,
    attempt: (record) => attempt(member, block, record, flow),
    dependsOn: () => [ownerOf(member, block)],
  };
}

/** Frees a lock whose word says that somebody is queued, or that another thread took it. */
export function dropSlow(member: Member, block: number): boolean {
  return latched(member, bucketFor(block), () => drop(member, block));
}
