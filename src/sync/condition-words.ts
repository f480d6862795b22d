/**
 * The words of a condition, and its waiters.
 *
 *   LOCK STAMP KIND   the lock's handle and kind; counted like a message, so that it lives as long
 *
 * Its waiters share the latch of the lock: who waits frees the lock and is queued in one step, and
 * who is notified moves to the queue of the lock, without being woken only to wait again. The note
 * of a record names the condition from then on, so that the notification of one who dies on the way
 * goes to another.
 */
import { atomics } from "../core/atomics.ts";
import { type Handle, countMessage, holderOf, isForgotten, stampOf } from "../core/blocks.ts";
import { registerKind } from "../core/kinds.ts";
import { NOBODY } from "../core/layout.ts";
import type { Member } from "../core/member.ts";
import { W_NOTE, bucketFor, eachRecord, first, move } from "../core/queues.ts";
import { latched } from "../core/wake.ts";
import { KIND_CONDITION } from "./kinds.ts";
import { expectWaiter, wakeIfFree } from "./lock-word.ts";
import { WORDS_AT } from "./shared-object.ts";

const LOCK: number = WORDS_AT;
const STAMP: number = WORDS_AT + 1;
const KIND: number = WORDS_AT + 2;
export const CONDITION_WORDS = 3;

/** Notes the lock of a new condition, and keeps it alive. */
export function bindLock(member: Member, block: number, lock: Handle, kind: number): void {
  const { words } = member.arena;
  countMessage(member.arena, lock.block, 1);
  atomics.store(words, block + LOCK, lock.block);
  atomics.store(words, block + KIND, kind);
  atomics.store(words, block + STAMP, lock.stamp);
}

export const lockOf = (member: Member, block: number): Handle => ({
  block: atomics.load(member.arena.words, block + LOCK),
  stamp: atomics.load(member.arena.words, block + STAMP),
});
export const kindOfLock = (member: Member, block: number): number =>
  atomics.load(member.arena.words, block + KIND);

/** Moves `n` waiters of a condition to the queue of its lock. Under the latch. */
export function notifyWaiters(member: Member, condition: number, lock: number, n: number): void {
  const { arena } = member;
  const bucket = bucketFor(lock);
  for (let moved = 0; moved < n; moved++) {
    const record = first(arena, bucket, condition);
    if (record === 0) break;
    atomics.store(arena.words, record + W_NOTE, condition);
    expectWaiter(member, lock);
    move(arena, bucket, record, lock);
  }
  wakeIfFree(member, lock);
}

/** Passes on the notifications that the dead had got and not seen yet. */
function settleCondition(member: Member, block: number, id: number): void {
  const { arena } = member;
  const lock = lockOf(member, block);
  eachRecord(arena, (record) => {
    if (holderOf(arena, record) !== id) return;
    if (atomics.compareExchange(arena.words, record + W_NOTE, block, 0) !== block) return;
    latched(member, bucketFor(lock.block), () => notifyWaiters(member, block, lock.block, 1));
  });
}

/** Gives up the lock that the condition kept alive; once, though it may be called again. */
function releaseLock(member: Member, { block }: Handle): void {
  const { arena } = member;
  const lock = lockOf(member, block);
  if (lock.stamp === 0 || stampOf(arena, lock.block) !== lock.stamp) return;
  const at = block + STAMP;
  if (atomics.compareExchange(arena.words, at, lock.stamp, 0) !== lock.stamp) return;
  countMessage(arena, lock.block, -1);
  if (isForgotten(arena, lock.block)) member.destroy(lock, NOBODY);
}

registerKind(KIND_CONDITION, {
  name: "Condition",
  shared: true,
  settle: settleCondition,
  destroy: releaseLock,
});
