/**
 * The lock that a shared value or array has: its own, or one that it was given.
 *
 *   LOCK STAMP KIND   the lock's handle and kind; counted like a message, so that it lives as long
 */
import { atomics } from "../../core/atomics.ts";
import { type Handle, countMessage, isForgotten, stampOf } from "../../core/blocks.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { areOptions, shownKind } from "../../core/options.ts";
import type { LockTypes } from "../../sync/condition.ts";
import { KIND_LOCK } from "../../sync/kinds.ts";
import type { Lock } from "../../sync/lock.ts";
import {
  type MemberOf,
  type NameOptions,
  SharedObject,
  WORDS_AT,
  adopt,
  isAdopting,
} from "../../sync/shared-object.ts";

/** How a value or an array is guarded. */
export interface LockOptions extends NameOptions {
  /**
   * True makes an RLock (the default); or a Lock or RLock of the same module. False makes a
   * RawValue or RawArray, which has neither a lock nor `getLock`, `withLock` and `withLockSync`.
   */
  lock?: boolean | Lock;
}

export const LOCK_AT: number = WORDS_AT;
const STAMP_AT: number = WORDS_AT + 1;
const KIND_AT: number = WORDS_AT + 2;
export const LOCK_WORDS = 3;

/**
 * What the constructors of values and arrays do with `lock`.
 * @returns whether there is to be none
 * @throws TypeError when it is neither a boolean nor a lock of this module
 */
export function isWithoutLock(types: LockTypes, options: LockOptions | undefined): boolean {
  if (isAdopting() || options === undefined) return false;
  if (!areOptions(options) || options instanceof SharedObject) {
    throw new TypeError(
      `options must be an object such as { lock: false } or { lock }, not ${shownKind(options)}`,
    );
  }
  const lock: unknown = options.lock;
  if (lock === undefined || typeof lock === "boolean") return lock === false;
  if (lock instanceof types.Lock || lock instanceof types.RLock) return false;
  throw new TypeError("lock must be true, false, or a Lock or RLock of the same module");
}

/** Notes the lock that was asked for in a new block. */
export function attachLock(
  { arena }: Member,
  block: number,
  types: LockTypes,
  options: LockOptions | undefined,
): Lock {
  const lock = typeof options?.lock === "object" ? options.lock : new types.RLock();
  countMessage(arena, lock.handle.block, 1);
  atomics.store(arena.words, block + KIND_AT, lock.kind);
  atomics.store(arena.words, block + STAMP_AT, lock.handle.stamp);
  atomics.store(arena.words, block + LOCK_AT, lock.handle.block);
  return lock;
}

/** The lock that another thread attached. */
export function findLock(
  memberOf: MemberOf,
  types: LockTypes,
  { arena }: Member,
  at: number,
): Lock {
  const block = atomics.load(arena.words, at + LOCK_AT);
  const stamp = atomics.load(arena.words, at + STAMP_AT);
  const isLock = atomics.load(arena.words, at + KIND_AT) === KIND_LOCK;
  const type: new () => Lock = isLock ? types.Lock : types.RLock;
  return adopt(type, memberOf, { block, stamp });
}

/** Ends the reference to the lock, of a block that is about to be freed. */
export function detachLock(member: Member, at: number): void {
  const { words } = member.arena;
  const block = atomics.load(words, at + LOCK_AT);
  if (block === 0) return;
  dropReference(member, { block, stamp: atomics.load(words, at + STAMP_AT) });
}

/** Takes one off the count of a shared object, which ends with the last. */
export function dropReference(member: Member, handle: Handle): void {
  const { arena } = member;
  if (stampOf(arena, handle.block) !== handle.stamp) return;
  countMessage(arena, handle.block, -1);
  if (isForgotten(arena, handle.block)) member.destroy(handle, NOBODY);
}

/** Runs `fn` with its argument while the lock is held. */
export async function runHolding<T, R>(
  lock: Lock,
  fn: (subject: T) => R | Promise<R>,
  subject: T,
): Promise<R> {
  checkBody(fn);
  return lock.run(() => fn(subject));
}

/** @throws TypeError for what cannot run while a lock is held */
function checkBody(fn: unknown): void {
  if (typeof fn !== "function")
    throw new TypeError(`a function to run with the lock is needed, not ${shownKind(fn)}`);
}

/** Runs `fn` with its argument while the lock is held by this thread. */
export function runHeld<T, R>(lock: Lock, fn: (subject: T) => R, subject: T): R {
  checkBody(fn);
  lock.acquireSync();
  try {
    return fn(subject);
  } finally {
    lock.release();
  }
}
