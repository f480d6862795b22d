/**
 * Blocks: pieces of an arena that somebody allocated. A block is named by the index of its first
 * word; four words before it are its header.
 *
 *   STAMP   odd while the block is in use; changes with each use, so an old handle is recognised
 *   HOLDER  the id of the thread with which it dies; NOBODY when it is shared. Written before the
 *           block is marked as taken and before it is marked as free, so a thread that dies at any
 *           step of either leaves a block that names it
 *   KIND    what it is, which says how a death is settled
 *   COUNT   how often its handle is on the way in a message
 *
 * A shared object lives as long as somebody has it: 32 words after the header are one bit for each
 * slot. It ends when no bit is set and no message carries it. The order of reads makes this safe:
 * a receiver sets its bit before it takes the message off the count, so who reads a count of zero
 * and then no bit has seen everybody.
 */
import { ClosedError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import * as atomics from "./atomics.ts";
import { slotOf } from "./layout.ts";

export const HEADER_WORDS = 4;
const STAMP = -4;
const HOLDER = -3;
const KIND = -2;
const COUNT = -1;

/** Where the words of a shared object begin, after the bits of those who have it. */
export const OBJECT_AT = 32;

/** What crosses to others: a position, and which use of it is meant. */
export interface Handle {
  readonly block: number;
  readonly stamp: number;
}

export const stampOf = (arena: Arena, block: number): number =>
  atomics.load(arena.words, block + STAMP);
export const holderOf = (arena: Arena, block: number): number =>
  atomics.load(arena.words, block + HOLDER);
export const kindOf = (arena: Arena, block: number): number =>
  atomics.load(arena.words, block + KIND);

export const isInUse = (stamp: number): boolean => (stamp & 1) === 1;

/** Before its owner marks a free block as taken: from now on it dies with `holder`. */
export function prepare(arena: Arena, block: number, holder: number): void {
  const { words } = arena;
  const stamp = atomics.load(words, block + STAMP);
  // Room that was cut otherwise before holds anything; it must not look like a block in use.
  if (isInUse(stamp)) atomics.store(words, block + STAMP, stamp + 1);
  atomics.store(words, block + HOLDER, holder);
}

/** Begins a use of a block that was prepared and marked as taken. */
export function open(arena: Arena, block: number, kind: number): void {
  const { words } = arena;
  atomics.store(words, block + KIND, kind);
  atomics.store(words, block + COUNT, 0);
  atomics.store(words, block + STAMP, atomics.load(words, block + STAMP) + 1);
}

/** Gives a block to another holder; NOBODY makes it outlive every thread until it is freed. */
export function passTo(arena: Arena, block: number, holder: number): void {
  atomics.store(arena.words, block + HOLDER, holder);
}

/**
 * Makes `id` the holder of a block that is in this use and that `from` holds: NOBODY, or a thread
 * that is dead. Of several who try, one gets true; a holder itself gets true at once.
 */
export function seize(arena: Arena, handle: Handle, id: number, from: number): boolean {
  const { words } = arena;
  const { block, stamp } = handle;
  const at = block + HOLDER;
  const own = atomics.load(words, at) === id;
  if (!own && atomics.compareExchange(words, at, from, id) !== from) return false;
  if (isInUse(stamp) && stampOf(arena, block) === stamp) return true;
  // It was freed and is in another use already: that use keeps its holder.
  if (!own) atomics.compareExchange(words, at, id, from);
  return false;
}

/**
 * Ends the use of a block by its holder, who is to reclaim the room. If it dies before it did, the
 * block still names it, and whoever settles it reclaims. False when the use had ended before.
 */
export function close(arena: Arena, { block, stamp }: Handle): boolean {
  if (!isInUse(stamp)) return false;
  return atomics.compareExchange(arena.words, block + STAMP, stamp, stamp + 1) === stamp;
}

/** @throws ClosedError when the handle is of a use that ended */
export function checkHandle(arena: Arena, handle: Handle, what: string): void {
  if (isInUse(handle.stamp) && stampOf(arena, handle.block) === handle.stamp) return;
  throw new ClosedError(`this ${what} no longer exists: its shared memory was released`);
}

const bitAt = (block: number, id: number): number => block + (slotOf(id) >>> 5);
const bitOf = (id: number): number => 1 << (slotOf(id) & 31);

/** Notes that the thread `id` has this shared object. */
export function retain(arena: Arena, block: number, id: number): void {
  atomics.or(arena.words, bitAt(block, id), bitOf(id));
}

export function isRetainedBy(arena: Arena, block: number, id: number): boolean {
  return (atomics.load(arena.words, bitAt(block, id)) & bitOf(id)) !== 0;
}

/** Notes that it has it no more; true when now nobody has it and no message carries it. */
export function letGo(arena: Arena, block: number, id: number): boolean {
  atomics.and(arena.words, bitAt(block, id), ~bitOf(id));
  return isForgotten(arena, block);
}

/** The slots of those who have a shared object. */
export function* slotsHaving(arena: Arena, block: number): Generator<number> {
  for (let word = 0; word < OBJECT_AT; word++) {
    let bits = atomics.load(arena.words, block + word);
    for (; bits !== 0; bits &= bits - 1) yield word * 32 + 31 - Math.clz32(bits & -bits);
  }
}

/** How many messages carry the handle. */
export const messagesWith = (arena: Arena, block: number): number =>
  atomics.load(arena.words, block + COUNT);

/** A message that carries the handle was written (+1), or read or dropped (-1). */
export function countMessage(arena: Arena, block: number, delta: 1 | -1): void {
  atomics.add(arena.words, block + COUNT, delta);
}

export function isForgotten(arena: Arena, block: number): boolean {
  if (atomics.load(arena.words, block + COUNT) !== 0) return false;
  for (let word = 0; word < OBJECT_AT; word++) {
    if (atomics.load(arena.words, block + word) !== 0) return false;
  }
  return true;
}
