/**
 * A message in a block of its own: one that is large, carries shared objects, or brings binary data
 * out of band. All of it is one block, so it changes hands by one store.
 *
 *   word 0   CODED     bytes of the coded value
 *   word 1   CARRIED   how many shared objects it carries
 *   word 2   PARTS     how many pieces of binary data it brings
 *   word 3   carried objects: reach, block and stamp of each; then the length of each part; then
 *            the coded value, then the parts, each from a whole word on
 *
 * The block dies with its holder: the sender until it is in a queue, nobody while it is there, the
 * receiver from then on. Whoever settles a dead holder takes what it carries off the count first.
 */
import { atomics } from "../../core/atomics.ts";
import type { Arena } from "../../core/arena.ts";
import { type Handle, holderOf, passTo, stampOf } from "../../core/blocks.ts";
import { registerKind } from "../../core/kinds.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { dropCarried } from "../../sync/carried.ts";
import type { Carried } from "../../sync/notes.ts";
import { KIND_MESSAGE } from "./kinds.ts";

const CODED = 0;
const CARRIED = 1;
const PARTS = 2;
const HEAD = 3;

const THREAD = 1;
const PROCESS = 2;

/** Below this a loop copies faster than a native call. */
const SHORT = 128;

const wordsFor = (bytes: number): number => (bytes + 3) >>> 2;

/** Copies between shared and private bytes. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  to: Uint8Array,
  at: number,
  count: number,
): void {
  if (count < SHORT) for (let i = 0; i < count; i++) to[at + i] = from[start + i]!;
  else Buffer.prototype.copy.call(from, to, at, start, start + count);
}

/** Puts a message into a new block of this thread's. */
export function writeMessage(
  member: Member,
  coded: Uint8Array,
  carried: readonly Carried[],
  parts: readonly Uint8Array[],
): Handle & { readonly sizeBytes: number } {
  const { words, bytes } = member.arena;
  let size = HEAD + carried.length * 3 + parts.length + wordsFor(coded.length);
  for (const part of parts) size += wordsFor(part.length);
  const block = member.allocator.allocate(size * 4, KIND_MESSAGE);
  words[block + CODED] = coded.length;
  words[block + PARTS] = parts.length;
  let at = block + HEAD;
  for (const one of carried) {
    words[at++] = one.reach === "thread" ? THREAD : PROCESS;
    words[at++] = one.block;
    words[at++] = one.stamp;
  }
  for (const part of parts) words[at++] = part.length;
  for (const part of [coded, ...parts]) {
    copyBytes(part, 0, bytes, at * 4, part.length);
    at += wordsFor(part.length);
  }
  // From here on whoever settles us takes them off the count.
  atomics.store(words, block + CARRIED, carried.length);
  return { block, stamp: stampOf(member.arena, block), sizeBytes: size * 4 };
}

/** Where the coded value and the parts of a message lie, in bytes of the arena. */
export interface MessagePlaces {
  readonly from: number;
  readonly to: number;
  readonly parts: readonly { readonly from: number; readonly to: number }[];
}

export function placesIn({ words }: Arena, block: number): MessagePlaces {
  const count = words[block + PARTS]!;
  let at = block + HEAD + carriedCount(words, block) * 3;
  const lengths = Array.from(words.subarray(at, at + count), (length) => length >>> 0);
  at += count;
  const from = at * 4;
  const to = from + (words[block + CODED]! >>> 0);
  at += wordsFor(to - from);
  const parts = lengths.map((length) => {
    const start = at * 4;
    at += wordsFor(length);
    return { from: start, to: start + length };
  });
  return { from, to, parts };
}

/** A message and the bytes that it lies in. */
export interface MessageCopy {
  readonly bytes: Buffer;
  readonly places: MessagePlaces;
}

/** A copy to look at while the message itself may be taken by others. */
export function copyMessage(arena: Arena, block: number, sizeBytes: number): MessageCopy {
  const start = block * 4;
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  copyBytes(arena.bytes, start, bytes, 0, sizeBytes);
  const { from, to, parts } = placesIn(arena, block);
  const moved = parts.map((part) => ({ from: part.from - start, to: part.to - start }));
  return { bytes, places: { from: from - start, to: to - start, parts: moved } };
}

/** Taken off the count they stay listed, negative, so that what follows is found. */
const carriedCount = (words: Int32Array, block: number): number =>
  Math.abs(atomics.load(words, block + CARRIED));

/** Ends the journey of what a message of this thread's carries. */
export function releaseCarried({ arena }: Member, block: number): void {
  const { words } = arena;
  const count = atomics.load(words, block + CARRIED);
  if (count <= 0 || atomics.compareExchange(words, block + CARRIED, count, -count) !== count)
    return;
  const carried: Carried[] = [];
  for (let index = 0, at = block + HEAD; index < count; index++, at += 3) {
    const reach = words[at] === THREAD ? "thread" : "process";
    carried.push({ reach, block: words[at + 1]!, stamp: words[at + 2]! });
  }
  dropCarried(carried);
}

/** Ends a message of this thread's. */
export function freeMessage(member: Member, { block, stamp }: Handle): void {
  releaseCarried(member, block);
  member.allocator.free(block, stamp);
}

/**
 * Ends a message that nobody holds; nothing happens when it has ended, or has a holder. To be
 * called where no other can claim it.
 */
export function dropMessage(member: Member, message: Handle): void {
  if (message.block === 0 || !isUnclaimed(member.arena, message)) return;
  claimMessage(member, message);
  freeMessage(member, message);
}

/** Whether a message waits for a receiver. */
export const isUnclaimed = (arena: Arena, { block, stamp }: Handle): boolean =>
  stampOf(arena, block) === stamp && holderOf(arena, block) === NOBODY;

/** Makes a message that nobody holds this thread's. */
export const claimMessage = ({ arena, id }: Member, { block }: Handle): void =>
  passTo(arena, block, id);

registerKind(KIND_MESSAGE, {
  name: "message",
  shared: false,
  settle(member, block, id) {
    if (holderOf(member.arena, block) === id) releaseCarried(member, block);
  },
});
