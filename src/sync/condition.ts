/**
 * Waiting for something to change, under a lock.
 *
 *   LOCK STAMP KIND   the lock's handle and kind; counted like a message, so that it lives as long
 *
 * Its waiters share the latch of the lock: who waits frees the lock and is queued in one step, and
 * who is notified moves to the queue of the lock, without being woken only to wait again. The note
 * of a record names the condition from then on, so that the notification of one who dies on the way
 * goes to another.
 */
import * as atomics from "../core/atomics.ts";
import { waitBlocking } from "../core/block-wait.ts";
import { type Handle, countMessage, holderOf, isForgotten, stampOf } from "../core/blocks.ts";
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { type Ending, registerKind } from "../core/kinds.ts";
import { NOBODY } from "../core/layout.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { W_KEY, W_NOTE, bucketFor, count, eachRecord, first, move } from "../core/queues.ts";
import { TIMED_OUT, type Waitable, WAIT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { NotOwnerError } from "../errors.ts";
import type { Guard } from "./guard.ts";
import { KIND_CONDITION, KIND_LOCK } from "./kinds.ts";
import type { Holding, Lock } from "./lock.ts";
import { attempt, drop, expectWaiter, ownerOf, wakeIfFree } from "./lock-word.ts";
import { checkCount } from "./numbers.ts";
import type { RLock } from "./rlock.ts";
import { type MemberOf, type NameOptions, Shared, WORDS_AT, adopt } from "./shared.ts";

const LOCK: number = WORDS_AT;
const STAMP: number = WORDS_AT + 1;
const KIND: number = WORDS_AT + 2;

/** The classes of locks that a face has, for conditions that make or find theirs. */
export interface LockTypes {
  readonly Lock: new () => Lock;
  readonly RLock: new () => RLock;
}

/** A condition variable: wait until another says that something changed, under a lock. */
export class Condition extends Shared {
  /** What it is used under. */
  readonly lock: Lock;

  constructor(memberOf: MemberOf, types: LockTypes, lock?: Lock, options?: NameOptions) {
    if (lock !== undefined && !isOneOf(lock, types)) {
      throw new TypeError("a Condition takes a Lock or an RLock of its own module");
    }
    super(memberOf, KIND_CONDITION, 3, options);
    this.lock = this.isNew ? this.#take(lock ?? new types.RLock()) : this.#find(types);
  }

  #take(lock: Lock): Lock {
    const { arena } = this.member;
    const { block } = this.handle;
    countMessage(arena, lock.handle.block, 1);
    atomics.store(arena.words, block + LOCK, lock.handle.block);
    atomics.store(arena.words, block + KIND, lock.kind);
    atomics.store(arena.words, block + STAMP, lock.handle.stamp);
    return lock;
  }

  #find(types: LockTypes): Lock {
    const { arena } = this.member;
    const handle = lockOf(this.member, this.handle.block);
    const kind = atomics.load(arena.words, this.handle.block + KIND);
    const type: new () => Lock = kind === KIND_LOCK ? types.Lock : types.RLock;
    return adopt(type, this.memberOf, handle);
  }

  acquire(): Promise<true>;
  acquire(wait: Wait | undefined): Promise<boolean>;
  acquire(wait?: Wait): Promise<boolean> {
    return this.lock.acquire(wait);
  }

  acquireSync(wait?: SyncWait): boolean {
    return this.lock.acquireSync(wait);
  }

  tryAcquire(): boolean {
    return this.lock.tryAcquire();
  }

  release(): void {
    this.lock.release();
  }

  hold(wait?: Wait): Promise<Guard> {
    return this.lock.hold(wait);
  }

  holdSync(wait?: SyncWait): Guard {
    return this.lock.holdSync(wait);
  }

  run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R> {
    return this.lock.run(fn, wait);
  }

  get locked(): boolean {
    return this.lock.locked;
  }

  /** How many wait to be notified. */
  get waiting(): number {
    const { block } = this.handle;
    return this.#latched(() => count(this.member.arena, this.#bucket, block));
  }

  /**
   * Frees the lock, however often it is held, waits to be notified, and takes the lock again before
   * it ends in whatever way. False when the time ran out; the time to get the lock again does not
   * count. May end without a reason when a waiter died, so use `waitFor`, or check again.
   * @throws NotOwnerError when the caller does not hold the lock, or the signal's reason
   */
  async wait(wait?: Wait): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    if (isAborted(signal)) throw signal!.reason;
    const waiting = new Waiting(this, this.#held("wait()"));
    // Even without any time it is queued, so that others get the lock in between.
    const limits = { timeoutMs: Math.max(timeoutMs, 0.001), signal };
    waiting.end(await loopWaits(this.member).wait(waiting, limits));
    if (!isAborted(signal)) return !waiting.gaveUp;
    if (!waiting.gaveUp) this.#notify(1);
    throw signal!.reason;
  }

  /** The blocking twin of `wait`. */
  waitSync(wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    const waiting = new Waiting(this, this.#held("waitSync()"));
    let token = waitBlocking(this.member, waiting, deadline);
    // The time was over before it could be queued.
    if (token === TIMED_OUT) token = waiting.retake();
    waiting.end(token);
    return !waiting.gaveUp;
  }

  /**
   * Waits until `predicate` holds, looking again after each notification; what it said last.
   * @throws NotOwnerError when the caller does not hold the lock, or the signal's reason
   */
  async waitFor(predicate: () => boolean | Promise<boolean>, wait?: Wait): Promise<boolean> {
    checkPredicate(predicate);
    const deadline = new Deadline(timeAllowed(wait));
    this.#held("waitFor()");
    while (!(await predicate())) {
      const rest = { ...wait, timeoutMs: deadline.remainingMs };
      if (!(await this.wait(rest))) return Boolean(await predicate());
    }
    return true;
  }

  /** The blocking twin of `waitFor`. */
  waitForSync(predicate: () => boolean, wait?: SyncWait): boolean {
    checkPredicate(predicate);
    const deadline = new Deadline(timeAllowed(wait));
    this.#held("waitForSync()");
    while (!predicate()) {
      if (!this.waitSync({ timeoutMs: deadline.remainingMs })) return Boolean(predicate());
    }
    return true;
  }

  /**
   * Lets `n` of those who wait go on, in order of arrival, once they get the lock. Nothing is kept
   * for those who come later.
   * @throws NotOwnerError when the caller does not hold the lock
   */
  notify(n = 1): void {
    checkCount(n, "n", 1);
    this.#held("notify()");
    this.#notify(n);
  }

  /** Lets all go on who wait. */
  notifyAll(): void {
    this.#held("notifyAll()");
    this.#notify(Infinity);
  }

  #notify(n: number): void {
    this.#latched(() => notifyWaiters(this.member, this.handle.block, this.lock.handle.block, n));
  }

  #held(call: string): Holding {
    const holding = this.lock.holding();
    if (holding !== null) return holding;
    throw new NotOwnerError(
      `${call} of ${this.constructor.name} ${JSON.stringify(this.name)} needs its lock, which the ` +
        `caller does not hold; it is ${this.lock.toString()}`,
    );
  }

  get #bucket(): number {
    return bucketFor(this.lock.handle.block);
  }

  #latched<R>(body: () => R): R {
    return latched(this.member, this.#bucket, body);
  }

  protected describe(): string {
    return `${this.waiting} waiting, under ${this.lock.toString()}`;
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const isOneOf = (lock: unknown, types: LockTypes): boolean =>
  lock instanceof types.Lock || lock instanceof types.RLock;

function checkPredicate(predicate: unknown): void {
  if (typeof predicate === "function") return;
  throw new TypeError(`a predicate must be a function, not ${typeof predicate}`);
}

/** One wait: first for a notification, then for the lock. */
class Waiting implements Waitable {
  readonly home: number;
  readonly key: number;
  readonly flow: number;
  /** The time was over, or the signal aborted, before a notification came. */
  gaveUp = false;
  readonly #member: Member;
  readonly #lock: Lock;
  readonly #holding: Holding;
  #record = 0;

  constructor(condition: Condition, holding: Holding) {
    this.#member = condition.member;
    this.#lock = condition.lock;
    this.#holding = holding;
    this.home = condition.lock.handle.block;
    this.key = condition.handle.block;
    this.flow = holding.flow;
  }

  attempt(record: number): number {
    if (this.#record !== 0) {
      return this.#isNotified(record) ? attempt(this.#member, this.home, record, this.flow) : WAIT;
    }
    this.#record = record;
    atomics.store(this.#member.arena.words, record + W_NOTE, 0);
    this.#lock.leaving();
    drop(this.#member, this.home);
    return WAIT;
  }

  expire(record: number): number {
    if (this.#isNotified(record)) return WAIT;
    this.gaveUp = true;
    const token = attempt(this.#member, this.home, record, this.flow);
    if (token === WAIT) move(this.#member.arena, bucketFor(this.home), record, this.home);
    return token;
  }

  dependsOn(): Iterable<number> {
    return [ownerOf(this.#member, this.home)];
  }

  #isNotified(record: number): boolean {
    return atomics.load(this.#member.arena.words, record + W_KEY) === this.home;
  }

  /** Takes the lock again, blocking, after a wait that was never queued. */
  retake(): number {
    this.gaveUp = true;
    const { home, flow } = this;
    const again: Waitable = {
      home,
      key: home,
      flow,
      attempt: (record) => attempt(this.#member, home, record, flow),
      dependsOn: () => this.dependsOn(),
    };
    return waitBlocking(this.#member, again, new Deadline(Infinity));
  }

  /** The lock is ours again. */
  end(token: number): void {
    const { words } = this.#member.arena;
    // The record may be in use by another wait of this thread already.
    if (atomics.load(words, this.#record + W_KEY) === 0) {
      atomics.store(words, this.#record + W_NOTE, 0);
    }
    this.#lock.retaken(this.#holding, token);
  }
}

/** Moves `n` waiters of a condition to the queue of its lock. Under the latch. */
function notifyWaiters(member: Member, condition: number, lock: number, n: number): void {
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

const lockOf = (member: Member, block: number): Handle => ({
  block: atomics.load(member.arena.words, block + LOCK),
  stamp: atomics.load(member.arena.words, block + STAMP),
});

/** Passes on the notifications that the dead had got and not seen yet. */
function settleCondition(member: Member, block: number, id: number, _ending: Ending): void {
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
