/**
 * Blocks: pieces of an arena that somebody allocated. A block is named by the index of its first
 * word; four words before it are its header.
 *
 *   STAMP   whether the block is in use and which use it is, or who was the last to change that
 *   HOLDER  the id of the thread with which a block in use dies; NOBODY when it is shared
 *   KIND    what it is, which says how a death is settled
 *   COUNT   how often its handle is on the way in a message
 *
 * State of a stamp:
 *   PREPARED | id ──open──▶ an odd number, another for each use ──close, CAS──▶ CLOSED | id
 *         ▲                                                                        │
 *         └────────── its room was marked as free, and is taken again ─────────────┘
 *
 * A block is marked as taken after it was prepared, and as free after it was closed. So a thread
 * that dies on the way leaves a block that is marked, not in use, and names it. And of several who
 * end one use, the stamp lets one do it.
 *
 * A shared object lives as long as somebody has it: 32 words after the header are one bit for each
 * slot, and one word after them counts the messages ever sent with its handle. It ends when no bit
 * is set and no message carries it. Bits are looked at one word after the other, and the handle may
 * move meanwhile from a word not seen yet to one seen already; but not without a message. A sender
 * counts it before it lets go, and a receiver sets its bit before it takes the message off the
 * count: so who finds no message, then no bit, and then that none was sent meanwhile, has seen
 * everybody.
 */
import { ClosedError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { slotOf } from "./layout.ts";

export const HEADER_WORDS = 4;
const STAMP = -4;
const HOLDER = -3;
const KIND = -2;
const COUNT = -1;

const BIT_WORDS = 32;
const SENT = 32;
/** Where the words of a shared object begin, after what says who has it. */
export const OBJECT_AT = 36;

/** Stamps of blocks that are not in use are even; the id is above the lowest bit. */
const CLOSED = 1 << 31;
const preparedBy = (id: number): number => id << 1;
const closedBy = (id: number): number => (id << 1) | CLOSED;

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
/** Who prepared or closed a block that is not in use. */
export const changerOf = (stamp: number): number => (stamp & ~CLOSED) >>> 1;
export const isClosed = (stamp: number): boolean => !isInUse(stamp) && stamp < 0;

/**
 * Before its owner marks a free block as taken. Room that was cut otherwise before holds anything:
 * it must not look like a block in use.
 */
export function prepare(arena: Arena, block: number, id: number): void {
  atomics.store(arena.words, block + STAMP, preparedBy(id));
  atomics.store(arena.words, block + HOLDER, id);
}

/** Begins a use of a block that was prepared and marked as taken; `stamp` is odd. */
export function open(arena: Arena, block: number, kind: number, stamp: number): void {
  const { words } = arena;
  atomics.store(words, block + KIND, kind);
  atomics.store(words, block + COUNT, 0);
  atomics.store(words, block + STAMP, stamp);
}

/** Gives a block to another holder; NOBODY makes it outlive every thread until it is freed. */
export function passTo(arena: Arena, block: number, holder: number): void {
  atomics.store(arena.words, block + HOLDER, holder);
}

/**
 * Ends the use of a block that `holder` holds, on behalf of `id`, who is to reclaim the room. Of
 * several who try, one gets true. The holder of one use does not change behind one's back: it is
 * oneself, NOBODY, or a thread that is dead.
 */
export function close(arena: Arena, handle: Handle, id: number, holder: number): boolean {
  const { block, stamp } = handle;
  if (!isInUse(stamp) || holderOf(arena, block) !== holder) return false;
  return atomics.compareExchange(arena.words, block + STAMP, stamp, closedBy(id)) === stamp;
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
  for (let word = 0; word < BIT_WORDS; word++) {
    let bits = atomics.load(arena.words, block + word);
    for (; bits !== 0; bits &= bits - 1) yield word * 32 + 31 - Math.clz32(bits & -bits);
  }
}

/** How many messages carry the handle. */
export const messagesWith = (arena: Arena, block: number): number =>
  atomics.load(arena.words, block + COUNT);

/**
 * A message that carries the handle is about to be written (+1), or was dropped, or read by one who
 * has retained it (-1).
 */
export function countMessage(arena: Arena, block: number, delta: 1 | -1): void {
  atomics.add(arena.words, block + COUNT, delta);
  if (delta === 1) atomics.add(arena.words, block + SENT, 1);
}

/** Whether nobody has a shared object and no message carries it. */
export function isForgotten(arena: Arena, block: number): boolean {
  const { words } = arena;
  const sent = atomics.load(words, block + SENT);
  if (atomics.load(words, block + COUNT) !== 0) return false;
  for (let word = 0; word < BIT_WORDS; word++) {
    if (atomics.load(words, block + word) !== 0) return false;
  }
  // With a message between, somebody may have got it whose bit we had passed; who lets go next
  // looks.
  return atomics.load(words, block + SENT) === sent;
}
