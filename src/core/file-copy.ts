/**
 * What the last keeper of a memory file leaves in the arena when it ends: a copy, for whoever has
 * the handle on its way to it, or still in a queue.
 *
 *   word 0   BLOCK   0 none · a block of the arena · TAKEN while somebody makes a file of it
 *   word 1   STAMP   of that block
 *   word 2   NAMED   1 when the file had a name, for the next one to get it back
 */
import { atomics } from "./atomics.ts";
import { type Handle, isForgotten, isRetainedBy, passTo, stampOf } from "./blocks.ts";
import { KIND_BYTES } from "./kinds.ts";
import { NOBODY } from "./layout.ts";
import type { Member } from "./member.ts";
import { listed } from "./slots.ts";

export const COPY_WORDS = 3;
const STAMP = 1;
const NAMED = 2;
const TAKEN = -1;
/** Larger ones are lost with their last keeper: the arena is for messages. */
const MOST_BYTES: number = 256 * 2 ** 20;

/** What a copy is made of. */
interface Original {
  readonly named: boolean;
  readonly contents: () => Uint8Array;
}

/** Leaves a copy, if the object `handle` is on its way and nobody but us has it mapped. */
export function leaveCopy(
  member: Member,
  handle: Handle,
  at: number,
  { named, contents }: Original,
): void {
  const { arena, allocator } = member;
  if (isForgotten(arena, handle.block)) return;
  const others = Array.from(listed(arena)).filter((id) => id !== member.id);
  if (others.length === 0) return;
  if (others.some((id) => isRetainedBy(arena, handle.block, id))) return;
  takeCopy(member, at)?.drop();
  const bytes = contents();
  if (bytes.length > MOST_BYTES) return;
  let block: number;
  try {
    block = allocator.allocate(bytes.length, KIND_BYTES);
  } catch {
    return;
  }
  arena.bytes.set(bytes, block * 4);
  atomics.store(arena.words, at + STAMP, stampOf(arena, block));
  atomics.store(arena.words, at + NAMED, named ? 1 : 0);
  passTo(arena, block, NOBODY);
  atomics.store(arena.words, at, block);
}

/** A copy that the caller took, and has to put somewhere or to drop. */
export interface TakenCopy {
  readonly named: boolean;
  moveTo(target: Uint8Array): void;
  drop(): void;
}

/** Takes the copy; of several who try, one does. */
export function takeCopy({ arena, allocator }: Member, at: number): TakenCopy | null {
  const block = atomics.load(arena.words, at);
  if (block <= 0 || atomics.compareExchange(arena.words, at, block, TAKEN) !== block) return null;
  const stamp = atomics.load(arena.words, at + STAMP);
  const drop = (): void => {
    allocator.freeFrom(NOBODY, { block, stamp });
    atomics.store(arena.words, at, 0);
  };
  return {
    named: atomics.load(arena.words, at + NAMED) === 1,
    drop,
    moveTo(target) {
      target.set(arena.bytes.subarray(block * 4, block * 4 + target.length));
      drop();
    },
  };
}

/** Whether there is a copy of a file that had a name. */
export const isCopyNamed = ({ arena: { words } }: Member, at: number): boolean =>
  atomics.load(words, at) > 0 && atomics.load(words, at + NAMED) === 1;

/** Frees a copy that nobody asked for. */
export function dropCopy({ arena, allocator }: Member, at: number): void {
  const block = atomics.load(arena.words, at);
  if (block > 0)
    allocator.freeFrom(NOBODY, { block, stamp: atomics.load(arena.words, at + STAMP) });
}
