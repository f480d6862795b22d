/**
 * Waking: what may be done to waiters under the latch of their bucket.
 *
 * Wakers either *grant* what a waiter wants, and it leaves the queue, or *notify* it, and it stays
 * in its place and attempts again. Its thread or event loop is told after the latch is dropped, so
 * that nobody wakes only to wait for the latch. If the waker dies in between, the waiter finds out
 * by itself: a blocked thread at the end of its slice, an event loop when it hears of the death.
 */
import { atomics } from "./atomics.ts";
import { holderOf } from "./blocks.ts";
import { slotAt, slotOf } from "./layout.ts";
import { dropLatch, takeLatch } from "./latch.ts";
import type { Member } from "./member.ts";
import {
  GIVEN,
  GRANTED,
  IN_LOOP,
  NOTIFIED,
  ONE_OF_MANY,
  QUEUED,
  W_BUCKET,
  W_KEY,
  W_MODE,
  W_NOTE,
  W_READY,
  W_STATE,
  W_TOKEN,
  dequeue,
  eachRecord,
  first,
  following,
  rebuild,
} from "./queues.ts";
import { S_READY } from "./slots.ts";

/** Ends the list of ready records; zero means that a record is in no list. */
const LAST_READY = -1;

/** Runs `body` under the latch of a bucket; those it wakes are told after the latch is dropped. */
export function latched<R>(member: Member, bucket: number, body: () => R): R {
  const { arena } = member;
  if (takeLatch(arena, bucket, member.id)) {
    // Its last holder died in the middle: order first, then everybody looks for himself.
    rebuild(arena, bucket);
    goOn(member, bucket);
  }
  try {
    return body();
  } finally {
    dropLatch(arena, bucket);
    tell(member);
  }
}

function tell(member: Member): void {
  const { arena, toWake, toRing } = member;
  while (toWake.length > 0) arena.sleeper.wake(toWake.pop()!, 1);
  while (toRing.length > 0) {
    const id = toRing.pop()!;
    if (id === member.id) member.loop?.lookSoon();
    else arena.bells.ring(id);
  }
}

/** Gives a queued waiter what it waits for; its wait answers the token. */
export function grant(member: Member, record: number, token: number): void {
  const { words } = member.arena;
  atomics.store(words, record + W_TOKEN, token);
  // This decides; should we die from here on, who takes the latch over does the rest.
  atomics.store(words, record + W_STATE, GIVEN);
  release(member, record);
}

/** Lets a waiter go that has what it wants. */
function release(member: Member, record: number): void {
  const { arena } = member;
  dequeue(arena, atomics.load(arena.words, record + W_BUCKET), record);
  change(member, record, GRANTED);
}

/** Lets a waiter attempt again, in its place; nothing if it is about to. */
export function notify(member: Member, record: number): void {
  if (atomics.load(member.arena.words, record + W_STATE) === QUEUED)
    change(member, record, NOTIFIED);
}

export function notifyAll(member: Member, bucket: number, key: number): void {
  let record = first(member.arena, bucket, key);
  for (; record !== 0; record = following(member.arena, record, key)) notify(member, record);
}

/** Completes what a dead holder of the latch had decided, and lets all others look again. */
function goOn(member: Member, bucket: number): void {
  const { arena } = member;
  eachRecord(arena, (record) => {
    if (atomics.load(arena.words, record + W_BUCKET) !== bucket) return;
    if (atomics.load(arena.words, record + W_STATE) === GIVEN) release(member, record);
    else if (atomics.load(arena.words, record + W_KEY) !== 0) notify(member, record);
  });
}

function change(member: Member, record: number, state: number): void {
  const { words } = member.arena;
  // Read first: a waiter that sees its new state may use the record for another wait at once.
  const mode = atomics.load(words, record + W_MODE);
  const holder = holderOf(member.arena, record);
  const sleeping = mode === ONE_OF_MANY ? atomics.load(words, record + W_NOTE) : record;
  atomics.store(words, record + W_STATE, state);
  if (mode === ONE_OF_MANY) atomics.store(words, sleeping + W_STATE, NOTIFIED);
  if (mode !== IN_LOOP) member.toWake.push(sleeping + W_STATE);
  else if (addToReady(words, record, slotAt(slotOf(holder)) + S_READY)) member.toRing.push(holder);
}

/** False when it is in the list already. An event loop takes the whole list at once. */
function addToReady(words: Int32Array, record: number, list: number): boolean {
  if (atomics.load(words, record + W_READY) !== 0) return false;
  for (;;) {
    const next = atomics.load(words, list);
    atomics.store(words, record + W_READY, next === 0 ? LAST_READY : next);
    // Others add at the same time, under latches of other buckets; or the loop took the list.
    if (atomics.compareExchange(words, list, next, record) === next) return true;
  }
}

/** Empties the list of ready records; the first to be woken comes first. */
export function takeReady({ arena: { words }, at }: Member): readonly number[] {
  const taken: number[] = [];
  let record = atomics.exchange(words, at + S_READY, 0);
  while (record !== 0 && record !== LAST_READY) {
    taken.push(record);
    const next = atomics.load(words, record + W_READY);
    atomics.store(words, record + W_READY, 0);
    record = next;
  }
  // The list grows at its front.
  return taken.reverse();
}
