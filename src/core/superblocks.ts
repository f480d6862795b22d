/**
 * The superblock table: which 64 KiB of the arena belong to whom, cut into what.
 *
 * Owner word of a superblock:
 *   0 free ──claim, CAS──▶ id ──cut, and empty again──▶ 0
 *                          id ──owner leaves or dies, blocks live on──▶ ORPHAN ──adopt, CAS──▶ id
 *                          id ──in a complete span──▶ SPANNED ──who frees it──▶ id ──▶ 0
 * Shape word, written by the owner after claiming and zeroed before giving back:
 *   0 unknown yet · 1..11 cut into blocks of that class · SPAN | n first of n · BODY | first
 *
 * There is no allocator lock that a dying thread could hold: each step is one atomic write.
 * Whatever a dead thread owns it had just claimed, was about to give back, or had cut: only the
 * last can have blocks in it. Complete spans belong to nobody, so that they outlive who made them,
 * and a death never meets the one who frees the span.
 *
 * A cut superblock begins with a bitmap (1 = in use). Only the owner sets bits, anyone clears them.
 */
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { HEADER_WORDS, prepare } from "./blocks.ts";
import { FIRST_SUPERBLOCK, H_HIGH, SUPERBLOCK_BYTES, SUPERBLOCK_WORDS } from "./layout.ts";

const OWNER = 0;
const SHAPE = 1;

/** Owner of superblocks whose owner is gone while blocks in them live on. No slot has this id. */
export const ORPHAN = 1_024;
/** Owner of superblocks that are part of a complete span. No slot has this id either. */
const SPANNED = 2_048;

export const SPAN: number = 1 << 28;
const BODY = 1 << 29;
const SPAN_COUNT = SPAN - 1;

/** Bytes of a block with its header, for each class; class 0 means no shape. */
export const CLASS_BYTES: readonly number[] = [
  0, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_128, 16_320, 32_640, 65_280,
];
export const LARGEST_CLASS: number = CLASS_BYTES.length - 1;

const BITMAP_WORDS = 32;
const PREFIX_WORDS = 64;

export const superblockOf = (word: number): number => Math.floor(word / SUPERBLOCK_WORDS);
export const startOf = (superblock: number): number => superblock * SUPERBLOCK_WORDS;

/** How many blocks of a class a superblock holds. */
export const blocksIn = (shape: number): number =>
  Math.floor((SUPERBLOCK_BYTES - PREFIX_WORDS * 4) / CLASS_BYTES[shape]!);

/** Where block `index` of a cut superblock begins, its header included. */
export const blockAt = (superblock: number, shape: number, index: number): number =>
  startOf(superblock) + PREFIX_WORDS + index * (CLASS_BYTES[shape]! >>> 2);

export const indexOf = (superblock: number, shape: number, at: number): number =>
  Math.floor((at - startOf(superblock) - PREFIX_WORDS) / (CLASS_BYTES[shape]! >>> 2));

export const ownerOf = (arena: Arena, superblock: number): number =>
  atomics.load(arena.words, arena.tableAt(superblock) + OWNER);
export const shapeOf = (arena: Arena, superblock: number): number =>
  atomics.load(arena.words, arena.tableAt(superblock) + SHAPE);

export const isSpan = (shape: number): boolean => (shape & SPAN) !== 0;
export const spanLength = (shape: number): number => shape & SPAN_COUNT;
export const isCut = (shape: number): boolean => shape > 0 && shape <= LARGEST_CLASS;

/** Takes a superblock if it belongs to `from`. */
export function claim(arena: Arena, superblock: number, from: number, id: number): boolean {
  // Before it is ours: if we die the next moment, those who look for what we had must come this
  // far.
  noteUse(arena, superblock + 1);
  const at = arena.tableAt(superblock) + OWNER;
  return atomics.compareExchange(arena.words, at, from, id) === from;
}

/** Leaves a superblock of `id` to whoever adopts it, unless it was given back meanwhile. */
export function orphan(arena: Arena, superblock: number, id: number): void {
  atomics.compareExchange(arena.words, arena.tableAt(superblock) + OWNER, id, ORPHAN);
}

/** Gives a superblock of one's own back; what lies in it means nothing from now on. */
export function giveBack(arena: Arena, superblock: number): void {
  atomics.store(arena.words, arena.tableAt(superblock) + SHAPE, 0);
  atomics.store(arena.words, arena.tableAt(superblock) + OWNER, 0);
}

function noteUse(arena: Arena, end: number): void {
  for (;;) {
    const high = atomics.load(arena.words, H_HIGH);
    // Another thread may raise it meanwhile; it must never fall.
    if (high >= end || atomics.compareExchange(arena.words, H_HIGH, high, end) === high) return;
  }
}

/** The superblocks that were ever used, as a bound for scans. */
export const highest = (arena: Arena): number => atomics.load(arena.words, H_HIGH);

/** Cuts a superblock that was just claimed into blocks of a class. */
export function cut(arena: Arena, superblock: number, shape: number): void {
  const start = startOf(superblock);
  for (let word = 0; word < BITMAP_WORDS; word++) atomics.store(arena.words, start + word, 0);
  atomics.store(arena.words, arena.tableAt(superblock) + SHAPE, shape);
}

/**
 * Claims `count` superblocks in a row and prepares the block in them for `id`; returns the first,
 * or 0 when there is no such room. The first gets its shape last: before that there is no span.
 */
export function claimSpan(arena: Arena, count: number, id: number): number {
  let first = FIRST_SUPERBLOCK;
  while (first + count <= arena.superblocks) {
    let claimed = 0;
    while (claimed < count && claim(arena, first + claimed, 0, id)) claimed++;
    if (claimed === count) {
      for (let body = first + count - 1; body > first; body--) setShape(arena, body, BODY | first);
      prepare(arena, startOf(first) + HEADER_WORDS, id);
      setShape(arena, first, SPAN | count);
      for (let part = 0; part < count; part++) setOwner(arena, first + part, SPANNED);
      return first;
    }
    // One in the way is taken, perhaps by another thread at this moment: go on behind it.
    for (let back = claimed - 1; back >= 0; back--) giveBack(arena, first + back);
    first += claimed + 1;
  }
  return 0;
}

function setShape(arena: Arena, superblock: number, shape: number): void {
  atomics.store(arena.words, arena.tableAt(superblock) + SHAPE, shape);
}

function setOwner(arena: Arena, superblock: number, owner: number): void {
  atomics.store(arena.words, arena.tableAt(superblock) + OWNER, owner);
}

/** Whether no part of a span was given back yet. */
export function isWhole(arena: Arena, first: number): boolean {
  const end = first + spanLength(shapeOf(arena, first));
  for (let body = first + 1; body < end; body++) {
    if (shapeOf(arena, body) !== (BODY | first)) return false;
  }
  return true;
}

/**
 * Gives back a span whose block `id` closed, its first superblock last. May be repeated by whoever
 * settles a thread that died in the middle: parts which were given back, and perhaps taken again,
 * are left alone.
 */
export function giveBackSpan(arena: Arena, first: number, id: number): void {
  for (let part = first + spanLength(shapeOf(arena, first)) - 1; part >= first; part--) {
    if (part !== first && shapeOf(arena, part) !== (BODY | first)) continue;
    setOwner(arena, part, id);
    giveBack(arena, part);
  }
}

/** The index of a block that is free; -1 when all are in use. For the owner only. */
export function findFree(arena: Arena, superblock: number, shape: number): number {
  const start = startOf(superblock);
  const count = blocksIn(shape);
  for (let word = 0; word * 32 < count; word++) {
    const free = ~atomics.load(arena.words, start + word);
    if (free === 0) continue;
    const index = word * 32 + 31 - Math.clz32(free & -free);
    return index < count ? index : -1;
  }
  return -1;
}

/** Marks a block as taken. For the owner only. */
export function setBit(arena: Arena, superblock: number, index: number): void {
  atomics.or(arena.words, startOf(superblock) + (index >>> 5), 1 << (index & 31));
}

export function clearBit(arena: Arena, superblock: number, index: number): void {
  atomics.and(arena.words, startOf(superblock) + (index >>> 5), ~(1 << (index & 31)));
}

export function isEmpty(arena: Arena, superblock: number): boolean {
  const start = startOf(superblock);
  for (let word = 0; word < BITMAP_WORDS; word++) {
    if (atomics.load(arena.words, start + word) !== 0) return false;
  }
  return true;
}

/** Calls back for each block in use, with its class; spans count as one block. */
export function eachBlock(
  arena: Arena,
  visit: (block: number, superblock: number, shape: number) => void,
): void {
  const end = highest(arena);
  for (let superblock = FIRST_SUPERBLOCK; superblock < end; superblock++) {
    const shape = shapeOf(arena, superblock);
    if (isSpan(shape)) visit(startOf(superblock) + HEADER_WORDS, superblock, shape);
    if (!isCut(shape)) continue;
    const count = blocksIn(shape);
    for (let index = 0; index < count; index++) {
      const bits = atomics.load(arena.words, startOf(superblock) + (index >>> 5));
      if (bits === 0) index |= 31;
      else if ((bits & (1 << (index & 31))) !== 0) {
        visit(blockAt(superblock, shape, index) + HEADER_WORDS, superblock, shape);
      }
    }
  }
}
