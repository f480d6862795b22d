/** Waiting for something to change, under a lock. */
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { loopWaits } from "../core/loop-waits.ts";
import { bucketFor, count } from "../core/queues.ts";
import { TIMED_OUT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { NotOwnerError } from "../errors.ts";
import { ConditionWait } from "./condition-wait.ts";
import { CONDITION_WORDS, bindLock, kindOfLock, lockOf, notifyWaiters } from "./condition-words.ts";
import type { Guard } from "./guard.ts";
import { KIND_CONDITION, KIND_LOCK } from "./kinds.ts";
import type { Holding, Lock } from "./lock.ts";
import { checkCount } from "./numbers.ts";
import { checkPredicate, holdsNow } from "./predicate.ts";
import type { RLock } from "./rlock.ts";
import { type MemberOf, type NameOptions, SharedObject, adopt } from "./shared-object.ts";

/** The classes of locks that a face has, for conditions that make or find theirs. */
export interface LockTypes {
  readonly Lock: new () => Lock;
  readonly RLock: new () => RLock;
}

/** A condition variable: wait until another says that something changed, under a lock. */
export class Condition extends SharedObject {
  /** What it is used under. */
  readonly lock: Lock;

  constructor(memberOf: MemberOf, types: LockTypes, lock?: Lock, options?: NameOptions) {
    if (lock !== undefined && !isOneOf(lock, types)) {
      throw new TypeError("a Condition takes a Lock or an RLock of its own module");
    }
    super(memberOf, KIND_CONDITION, CONDITION_WORDS, options);
    this.lock = this.isNew ? this.#take(lock ?? new types.RLock()) : this.#find(types);
  }

  #take(lock: Lock): Lock {
    bindLock(this.member, this.handle.block, lock.handle, lock.kind);
    return lock;
  }

  #find(types: LockTypes): Lock {
    const { member, memberOf } = this;
    const { block } = this.handle;
    const isLock = kindOfLock(member, block) === KIND_LOCK;
    const type: new () => Lock = isLock ? types.Lock : types.RLock;
    return adopt(type, memberOf, lockOf(member, block));
  }

  /** Takes the lock, as its own `acquire` does. */
  acquire(): Promise<true>;
  acquire(wait: Wait | undefined): Promise<boolean>;
  acquire(wait?: Wait): Promise<boolean> {
    return this.lock.acquire(wait);
  }

  /** Takes the lock, blocking this thread; false when the time ran out. */
  acquireSync(wait?: SyncWait): boolean {
    return this.lock.acquireSync(wait);
  }

  /** Takes the lock if that needs no waiting. */
  tryAcquire(): boolean {
    return this.lock.tryAcquire();
  }

  /** Gives the lock back. @throws NotOwnerError, as its own `release` does */
  release(): void {
    this.lock.release();
  }

  /** Takes the lock until the end of the block. @throws TimeoutError, the signal's reason */
  hold(wait?: Wait): Promise<Guard> {
    return this.lock.hold(wait);
  }

  /** `hold`, blocking this thread. */
  holdSync(wait?: SyncWait): Guard {
    return this.lock.holdSync(wait);
  }

  /** Runs `fn` while it has the lock. @throws TimeoutError, the signal's reason */
  run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R> {
    return this.lock.run(fn, wait);
  }

  /** Whether anybody holds the lock. */
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
    const waiting = this.#begin("wait()");
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
    const waiting = this.#begin("waitSync()");
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
    const signal = signalOf(wait);
    if (isAborted(signal)) throw signal!.reason;
    this.#held("waitFor()");
    let inTime = true;
    while (!(await predicate())) {
      if (!inTime) return false;
      inTime = await this.wait({ ...wait, timeoutMs: deadline.remainingMs });
    }
    return true;
  }

  /** The blocking twin of `waitFor`. @throws TypeError for a predicate that answers a promise */
  waitForSync(predicate: () => boolean, wait?: SyncWait): boolean {
    checkPredicate(predicate);
    const deadline = new Deadline(timeAllowed(wait));
    this.#held("waitForSync()");
    const holds = (): boolean => holdsNow(predicate, "waitForSync");
    while (!holds()) {
      if (!this.waitSync({ timeoutMs: deadline.remainingMs })) return holds();
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

  #begin(call: string): ConditionWait {
    return new ConditionWait(this.handle.block, this.lock, this.#held(call));
  }

  #held(call: string): Holding {
    const holding = this.lock.holding();
    if (holding !== null) return holding;
    throw new NotOwnerError(
      `${call} of ${this.constructor.name} ${JSON.stringify(this.name)} needs its lock, which ` +
        `the caller does not hold; it is ${this.lock.toString()}`,
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
