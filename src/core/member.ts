/**
 * A thread's membership in an arena: its id, its allocator, the records it waits with, and the way
 * its event loop waits. Everything in the core acts on behalf of a member.
 */
import { Allocator, type PunchHole } from "./allocator.ts";
import type { Arena } from "./arena.ts";
import {
  type Handle,
  OBJECT_AT,
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
import { RECORD_BYTES } from "./queues.ts";

export class Member {
  readonly arena: Arena;
  readonly id: number;
  readonly slot: number;
  /** Where the words of its slot begin. */
  readonly at: number;
  readonly allocator: Allocator;
  /** How this thread waits in its event loop; made at the first such wait. */
  loop: LoopWaits | undefined;
  /** Words whose sleepers are to be woken, and ids whose bells are to be rung, after the latch. */
  readonly toWake: number[] = [];
  readonly toRing: number[] = [];
  readonly #spareRecords: number[] = [];

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
    this.#spareRecords.push(record);
  }

  /** A shared object of `words` words, all zero, which this thread has until it lets it go. */
  create(kind: number, words: number): Handle {
    const block = this.allocator.allocate((OBJECT_AT + words) * 4, kind, true);
    retain(this.arena, block, this.id);
    passTo(this.arena, block, NOBODY);
    return { block, stamp: stampOf(this.arena, block) };
  }

  /** Notes that this thread has a shared object whose handle it got. */
  retain(handle: Handle): void {
    retain(this.arena, handle.block, this.id);
  }

  /** Notes that it (or the dead `id`) has it no more; the last who lets go frees it. */
  letGo(handle: Handle, id: number = this.id): void {
    if (stampOf(this.arena, handle.block) !== handle.stamp) return;
    if (!isRetainedBy(this.arena, handle.block, id)) return;
    if (letGo(this.arena, handle.block, id)) this.freeForgotten(handle);
  }

  /**
   * Frees a shared object that nobody has and no message carries; of several who find it so, one.
   */
  freeForgotten(handle: Handle): void {
    const kind = kindOf(this.arena, handle.block);
    // The policy runs before the block is free, so that what it refers to is still known.
    policyOf(kind)?.destroy?.(this, handle);
    this.allocator.freeFrom(NOBODY, handle);
  }
}
