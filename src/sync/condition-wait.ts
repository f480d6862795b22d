/** One wait for a condition: first for a notification, then for the lock. */
import { atomics } from "../core/atomics.ts";
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline } from "../core/deadline.ts";
import type { Member } from "../core/member.ts";
import { W_KEY, bucketFor, move } from "../core/queues.ts";
import { type Waitable, WAIT } from "../core/waitable.ts";
import type { Holding, Lock } from "./lock.ts";
import { attempt, drop, lockWait, ownerOf } from "./lock-word.ts";

/**
 * What is queued for the condition frees the lock with the same latch, and is moved to the queue of
 * the lock when it is notified or gives up: however it ends, the lock is held again.
 */
export class ConditionWait implements Waitable {
  readonly home: number;
  readonly key: number;
  readonly flow: number;
  /** The time was over, or the signal aborted, before a notification came. */
  gaveUp = false;
  readonly #member: Member;
  readonly #lock: Lock;
  readonly #holding: Holding;
  #begun = false;

  /** @param condition the block of the condition */
  constructor(condition: number, lock: Lock, holding: Holding) {
    this.#member = lock.member;
    this.#lock = lock;
    this.#holding = holding;
    this.home = lock.handle.block;
    this.key = condition;
    this.flow = holding.flow;
  }

  attempt(record: number): number {
    if (this.#begun) {
      return this.#isNotified(record) ? attempt(this.#member, this.home, record, this.flow) : WAIT;
    }
    this.#begun = true;
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
    const again = lockWait(this.#member, this.home, this.flow);
    return waitBlocking(this.#member, again, new Deadline(Infinity));
  }

  /** The lock is ours again. */
  end(token: number): void {
    this.#lock.retaken(this.#holding, token);
  }
}
