/** A lock with a waiting room: tasks wait in it until another tells them that things changed. */
import { Deadline, type Wait } from "../core/deadline.ts";
import { CancelledError, NotOwnerError } from "../errors.ts";
import type { Guard } from "./guard.ts";
import { showByToString } from "../core/shown.ts";
import { checkPredicate, holdsNow } from "../sync/predicate.ts";
import { Line } from "./line.ts";
import { Lock } from "./lock.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Limits, type Place } from "./waiter.ts";
import { lockStaysHere } from "./stays-here.ts";

/** A condition variable over a lock, its own when none is given. */
export class Condition implements Place<boolean> {
  readonly #lock: Lock;
  readonly #line = new Line<boolean>();

  /** @throws TypeError for another lock than one of this module, and for more than a lock */
  constructor(lock: Lock = new Lock(), ...others: readonly never[]) {
    if (others.length > 0) throw new TypeError("a condition takes a lock and nothing else");
    if (!(lock instanceof Lock))
      throw new TypeError("a condition of manyhands/asyncio needs a lock of manyhands/asyncio");
    this.#lock = lock;
  }

  /** Whether anybody holds the lock. */
  get locked(): boolean {
    return this.#lock.locked;
  }

  /** How many wait to be notified. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Takes the lock, as its own `acquire` does. */
  acquire(): Promise<true>;
  acquire(wait: Wait | undefined): Promise<boolean>;
  acquire(wait?: Wait): Promise<boolean> {
    return wait === undefined ? this.#lock.acquire() : this.#lock.acquire(wait);
  }

  /** Takes the lock if that needs no waiting. */
  tryAcquire(): boolean {
    return this.#lock.tryAcquire();
  }

  /** Gives the lock back. @throws NotOwnerError when it is free */
  release(): void {
    this.#lock.release();
  }

  /**
   * Takes the lock for the length of a block.
   * @throws TimeoutError when the time of `wait` is over
   */
  hold(wait?: Wait): Promise<Guard> {
    return this.#lock.hold(wait);
  }

  /**
   * Runs `body` with the lock, which is released whatever happens.
   * @throws TimeoutError when the time of `wait` is over
   */
  run<R>(body: () => R | Promise<R>, wait?: Wait): Promise<R> {
    return this.#lock.run(body, wait);
  }

  /**
   * Releases the lock, waits until notified, and takes the lock again, which it has whatever comes
   * of the waiting. False when the time of `wait` is over.
   * @throws NotOwnerError when the lock is not held
   */
  async wait(wait: Wait = {}): Promise<boolean> {
    const limits = limitsOf(wait);
    this.#requireLock("wait");
    limits.signal?.throwIfAborted();
    return this.#wait(limits);
  }

  /**
   * Waits until `predicate` holds, asking at each notification; the answer is its last one.
   * @throws NotOwnerError when the lock is not held, TypeError for a predicate that is none or
   * answers a promise
   */
  async waitFor(predicate: () => boolean, wait: Wait = {}): Promise<boolean> {
    checkPredicate(predicate);
    const { timeoutMs, signal } = limitsOf(wait);
    this.#requireLock("waitFor");
    signal?.throwIfAborted();
    const deadline = new Deadline(timeoutMs);
    const holds = (): boolean => holdsNow(predicate, "waitFor");
    while (!holds()) {
      signal?.throwIfAborted();
      if (!(await this.#wait({ timeoutMs: deadline.remainingMs, signal }))) return holds();
    }
    return true;
  }

  /**
   * Wakes the `n` who wait longest; what is too much is not remembered.
   * @throws NotOwnerError when the lock is not held, RangeError for a count below 1
   */
  notify(n = 1): void {
    if (typeof n !== "number") throw new TypeError(`notify takes a count, not ${typeof n}`);
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`notify takes a count of at least 1, not ${n}`);
    this.#requireLock("notify");
    this.#wake(n);
  }

  /** Wakes everybody. @throws NotOwnerError when the lock is not held */
  notifyAll(): void {
    this.#requireLock("notifyAll");
    this.#wake(Infinity);
  }

  /** @internal */
  leave(waiter: Waiter<boolean>): void {
    this.#line.leave(waiter);
  }

  /** @internal A notification is handed on when the notified one was cancelled. */
  giveBack(): void {
    this.#wake(1);
  }

  /** @internal */
  describe(): string {
    return `Condition(${this.#lock.name}).wait()`;
  }

  toString(): string {
    return `<Condition of ${this.#lock.name}, ${this.waiting} waiting>`;
  }

  async #wait(limits: Limits): Promise<boolean> {
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    const waiter = new Waiter<boolean>(this);
    this.#line.join(waiter);
    waiter.limit(limits, () => waiter.end(false));
    this.#lock.release();
    try {
      return await waiter.promise;
    } finally {
      await this.#takeBack();
    }
  }

  /** A cancellation cannot keep the lock from being taken; it arrives when that is done. */
  async #takeBack(): Promise<void> {
    let cancelled: CancelledError | undefined;
    for (;;) {
      try {
        await this.#lock.acquire();
        break;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancelled = error;
      }
    }
    if (cancelled !== undefined) throw cancelled;
  }

  #wake(n: number): void {
    for (let left = n; left > 0; left--) {
      const next = this.#line.next();
      if (next === undefined) return;
      next.grant(true);
    }
  }

  #requireLock(verb: string): void {
    if (!this.locked)
      throw new NotOwnerError(`${verb} needs ${this.#lock.name} to be held; acquire it first`);
  }
}
showByToString(Condition);
lockStaysHere(Condition, "Condition");
