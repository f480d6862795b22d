/** Mutual exclusion: at most one thread, or one piece of asynchronous code, is inside at a time. */
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait } from "../core/deadline.ts";
import type { Ending } from "../core/kinds.ts";
import { registerKind } from "../core/kinds.ts";
import type { Member } from "../core/member.ts";
import { bucketFor, count } from "../core/queues.ts";
import { TIMED_OUT, type Waitable } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { NotOwnerError } from "../errors.ts";
import { REFUSED, checkDeadlock, isDetecting, joinDetection, refusalOf } from "./deadlock.ts";
import { type Lockable, type Note, noteRelease, noteTaken, publishStacks } from "./held-locks.ts";
import { Holdable } from "./holdable.ts";
import { type Owner, NOTE_WORDS, noteEnded, ownerWithId, readNote, show } from "./holders.ts";
import { KIND_LOCK } from "./kinds.ts";
import {
  LOCK_WORDS,
  TAKEN_ABANDONED,
  abandon,
  depthOf,
  dropSlow,
  flowOf,
  isAbandoned,
  lockWait,
  ownerOf,
  setHolder,
  strand,
  tryDrop,
  tryTake,
} from "./lock-word.ts";
import { forgetOrder } from "./lock-order.ts";
import { flowNow } from "./owner-flow.ts";
import { type MemberOf, type NameOptions, WORDS_AT } from "./shared-object.ts";

/** Where the last holder is noted that ended with the lock in its hands. */
const ENDED: number = WORDS_AT + LOCK_WORDS;
const ALL_WORDS: number = LOCK_WORDS + NOTE_WORDS;

/** By which flow a lock is held, and how often. */
export interface Holding {
  readonly flow: number;
  readonly depth: number;
}

/**
 * A lock. Any thread may release it, as in Python; to release one that is free is a NotOwnerError.
 * When a holder dies the lock goes to the next waiter, whose guard says so.
 */
export class Lock extends Holdable implements Lockable {
  /** @internal */
  readonly kind: number;
  /** @internal */
  note: Note | undefined;

  constructor(memberOf: MemberOf, options?: NameOptions, kind: number = KIND_LOCK) {
    super(memberOf, kind, ALL_WORDS, options);
    this.kind = kind;
    joinDetection(this.member);
  }

  override acquireSync(wait?: SyncWait): boolean {
    if (wait === undefined && !isDetecting(this.member) && this.enter(this.flowNow(true))) {
      return true;
    }
    return super.acquireSync(wait);
  }

  protected tryAs(flow: number): boolean {
    const { member } = this;
    let token = 0;
    if (!this.enter(flow)) {
      if (!isAbandoned(member, this.handle.block)) return false;
      token = waitBlocking(member, this.waitFor(flow), new Deadline(0));
    }
    if (token === TIMED_OUT) return false;
    if (token === TAKEN_ABANDONED || isDetecting(member)) this.taken(flow, token);
    return true;
  }

  /**
   * Gives the lock back; the longest waiter comes next.
   * @throws NotOwnerError when it is free
   */
  release(): void {
    if (!isDetecting(this.member) && tryDrop(this.member, this.handle.block)) return;
    this.#releaseSlow();
  }

  #releaseSlow(): void {
    const { member } = this;
    const { block } = this.handle;
    if (isDetecting(member)) noteRelease(this);
    if (tryDrop(member, block) || dropSlow(member, block)) return;
    throw new NotOwnerError(`${this.title()} is released but was not held`);
  }

  protected title(): string {
    return `${this.constructor.name} ${JSON.stringify(this.name)}`;
  }

  /** Whether anybody holds it, this thread included. */
  get locked(): boolean {
    return ownerOf(this.member, this.handle.block) !== 0;
  }

  /** The thread that holds the lock; null when it is free. */
  get owner(): Owner | null {
    const { member } = this;
    const id = ownerOf(member, this.handle.block);
    if (id === 0) return null;
    return ownerWithId(member, id) ?? readNote(member, this.handle.block + ENDED);
  }

  /** How many wait for the lock. */
  get waiting(): number {
    const bucket = bucketFor(this.handle.block);
    const { member } = this;
    return latched(member, bucket, () => count(member.arena, bucket, this.handle.block));
  }

  /** @internal How the caller holds the lock; null when it does not. */
  holding(): Holding | null {
    const { member } = this;
    const { block } = this.handle;
    if (ownerOf(member, block) !== member.id || !this.mayRelease()) return null;
    return { flow: flowOf(member, block), depth: depthOf(member, block) };
  }

  /** @internal It is about to be freed as a whole, to wait. */
  leaving(): void {
    if (isDetecting(this.member)) noteRelease(this);
  }

  /** @internal It was taken again after the wait. */
  retaken({ flow, depth }: Holding, token: number): void {
    setHolder(this.member, this.handle.block, flow, depth);
    this.taken(flow, token);
  }

  /** Whether the caller may release what its thread holds. */
  protected mayRelease(): boolean {
    return true;
  }

  protected describe(): string {
    const state = this.locked ? `held by ${show(this.owner)}` : "free";
    return this.waiting === 0 ? state : `${state}, ${this.waiting} waiting`;
  }

  protected why(): string {
    return this.describe();
  }

  protected flowNow(sync: boolean): number {
    return isDetecting(this.member) ? flowNow(sync) : 0;
  }

  protected enter(flow: number): boolean {
    const { member } = this;
    if (!tryTake(member, this.handle.block)) return false;
    if (flow !== 0) setHolder(member, this.handle.block, flow, 1);
    return true;
  }

  protected leave(_flow: number): void {
    if (ownerOf(this.member, this.handle.block) === this.member.id) return this.release();
    throw new NotOwnerError(`${this.title()} was released before the end of its block`);
  }

  protected waitFor(flow: number): Waitable {
    const { member } = this;
    const wait = lockWait(member, this.handle.block, flow);
    if (!isDetecting(member)) return wait;
    // Before it is queued: whoever sees it wait can say where it took what it holds.
    publishStacks(member);
    return { ...wait, queued: (record) => checkDeadlock(this, wait, record) };
  }

  protected override taken(flow: number, token: number): void {
    if (token >= REFUSED) throw refusalOf(token);
    if (isDetecting(this.member)) noteTaken(this, flow);
    if (token !== TAKEN_ABANDONED) return;
    const ended = readNote(this.member, this.handle.block + ENDED);
    process.emitWarning(
      `${this.title()} was abandoned: ${show(ended)} died while holding it; ` +
        `what it protects may be half changed`,
      { type: "AbandonedLockWarning", code: "MANYHANDS_ABANDONED_LOCK" },
    );
  }
}

/** What becomes of a lock whose holder `id` ended. */
export function settleLock(member: Member, block: number, id: number, ending: Ending): void {
  if (ownerOf(member, block) !== id) return;
  noteEnded(member, block + ENDED, id);
  const settle = ending === "died" ? abandon : strand;
  latched(member, bucketFor(block), () => settle(member, block, id));
}

registerKind(KIND_LOCK, {
  name: "Lock",
  shared: true,
  settle: settleLock,
  destroy: forgetOrder,
});
