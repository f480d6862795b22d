/**
 * A thread's membership in an arena: its id, its allocator, the records it waits with, and the way
 * its event loop waits. Everything in the core acts on behalf of a member.
 */
import { ResourceLimitError } from "../errors.ts";
import { Allocator, type PunchHole } from "./allocator.ts";
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import {
  type Handle,
  OBJECT_AT,
  close,
  isRetainedBy,
  kindOf,
  letGo,
  passTo,
  retain,
  stampOf,
} from "./blocks.ts";
import { KIND_WAITER, policyOf } from "./kinds.ts";
import { NOBODY, slotAt, slotOf } from "./layout.ts";
import type { LoopWaits } from "./loop-waits.ts";
import { RECORD_BYTES, W_NOTE } from "./queues.ts";
import { Scarce } from "./scarce.ts";

export class Member {
  readonly arena: Arena;
  readonly id: number;
  readonly slot: number;
  /** Where the words of its slot begin. */
  readonly at: number;
  readonly allocator: Allocator;
  /**
   * Takes memory in the place of garbage, when none is left. Only where no latch is held: to let go
   * of garbage one takes some.
   */
  readonly room: Scarce = new Scarce((error) => error instanceof ResourceLimitError);
  /** How this thread waits in its event loop; made at the first such wait. */
  loop: LoopWaits | undefined;
  /** Words whose sleepers are to be woken, and ids whose bells are to be rung, after the latch. */
  readonly toWake: number[] = [];
  readonly toRing: number[] = [];
  /** The last slot that it looked into for deaths. */
  lookedInto = 0;
  readonly #spareRecords: number[] = [];
  /** How often this thread has each shared object, by block. */
  readonly #had = new Map<number, number>();

  constructor(arena: Arena, id: number, punchHole?: PunchHole) {
    this.arena = arena;
    this.id = id;
    this.slot = slotOf(id);
    this.at = slotAt(this.slot);
    this.allocator = new Allocator(arena, id, punchHole);
  }

  /** A record to wait with; give it back with `returnRecord`. */
  borrowRecord(): number {
    return this.#spareRecords.pop() ?? this.allocator.allocate(RECORD_BYTES, KIND_WAITER, true);
  }

  returnRecord(record: number): void {
    // What it was given, if anything, has arrived.
    atomics.store(this.arena.words, record + W_NOTE, 0);
    this.#spareRecords.push(record);
  }

  /** A shared object of `words` words, all zero, which this thread has until it lets it go. */
  create(kind: number, words: number): Handle {
    const sizeBytes = (OBJECT_AT + words) * 4;
    const block = this.room.use(() => this.allocator.allocate(sizeBytes, kind, true));
    const handle = { block, stamp: stampOf(this.arena, block) };
    this.retain(handle);
    passTo(this.arena, block, NOBODY);
    return handle;
  }

  /** Notes that this thread has a shared object whose handle it got; once for each `letGo`. */
  retain(handle: Handle): void {
    const times = this.#had.get(handle.block) ?? 0;
    this.#had.set(handle.block, times + 1);
    if (times === 0) retain(this.arena, handle.block, this.id);
  }

  /** Notes that it has it no more; the last who lets go frees it. */
  letGo(handle: Handle): void {
    const times = this.#had.get(handle.block) ?? 0;
    if (times > 1) this.#had.set(handle.block, times - 1);
    if (times !== 1) return;
    this.#had.delete(handle.block);
    this.letGoFor(this.id, handle);
  }

  /** The same on behalf of a thread that is dead. */
  letGoFor(id: number, handle: Handle): void {
    if (stampOf(this.arena, handle.block) !== handle.stamp) return;
    if (!isRetainedBy(this.arena, handle.block, id)) return;
    if (letGo(this.arena, handle.block, id)) this.destroy(handle, NOBODY);
  }

  /**
   * Frees a shared object that nobody has and no message carries, or whose maker `holder` died
   * before it was shared; of several who find it so, one does.
   */
  destroy(handle: Handle, holder: number): void {
    if (close(this.arena, handle, this.id, holder)) this.finishDestroying(handle);
  }

  /** The rest, after the use has ended; for one who died on the way, too. */
  finishDestroying(handle: Handle): void {
    const policy = policyOf(kindOf(this.arena, handle.block));
    if (policy?.shared === true) policy.destroy?.(this, handle);
    this.allocator.reclaim(handle.block);
  }
}
