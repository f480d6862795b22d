/** Waiting in a manager's server for something to change, under a lock of the same server. */
import type { SyncWait } from "../../core/deadline.ts";
import { currentCall } from "../call.ts";
import { checkedWait, Line } from "./line.ts";
import { ManagedLock, ManagedRLock } from "./lock.ts";

/** Clients wait here, under a lock, for others to say that something changed. */
export class ManagedCondition {
  readonly #lock: ManagedLock;
  readonly #line = new Line<boolean>();

  /** @param lock a lock of the same manager; an RLock of its own when left out */
  constructor(lock: ManagedLock = new ManagedRLock()) {
    if (!(lock instanceof ManagedLock)) {
      throw new TypeError("a manager's Condition takes a Lock or RLock of the same manager");
    }
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

  /** Waits for the lock; false when the time ran out. */
  acquire(wait?: SyncWait): boolean | Promise<boolean> {
    return this.#lock.acquire(wait);
  }

  /** Takes the lock if that needs no waiting. */
  tryAcquire(): boolean {
    return this.#lock.tryAcquire();
  }

  _take(wait?: SyncWait): number | Promise<number> {
    return this.#lock._take(wait);
  }

  _giveBack(how: number): void {
    this.#lock._giveBack(how);
  }

  /** Gives the lock back. @throws NotOwnerError, as its own `release` does */
  release(): void {
    this.#lock.release();
  }

  /**
   * Gives the lock back, waits to be notified, and takes the lock again; false when the time was
   * over first.
   * @throws NotOwnerError unless the lock is held
   */
  async wait(wait?: SyncWait): Promise<boolean> {
    checkedWait(wait);
    const call = currentCall();
    const had = this.#lock._leave();
    let notified = false;
    try {
      notified = await this.#line.wait(call, wait, () => false);
    } finally {
      if (!call.client.gone) await this.#lock._return(had.call, had);
    }
    return notified;
  }

  /** @throws NotOwnerError unless the lock is held */
  notify(n = 1): void {
    if (typeof n !== "number") throw new TypeError(`notify takes a count, not ${typeof n}`);
    if (!Number.isInteger(n) || n < 1) {
      throw new RangeError(`notify takes a whole number from 1, not ${n}`);
    }
    this.#lock._mustBeHeld();
    for (const turn of this.#line.all.slice(0, n)) turn.grant(true);
  }

  /** Lets all go on who wait. @throws NotOwnerError unless the lock is held */
  notifyAll(): void {
    this.#lock._mustBeHeld();
    for (const turn of this.#line.all) turn.grant(true);
  }

  toString(): string {
    return `Condition (${this.#line.length} waiting) over ${this.#lock.toString()}`;
  }
}
