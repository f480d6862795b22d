/**
 * Where the items of a shared array lie: never in the arena, since its buffer is not for users.
 *
 *   FILE STAMP   the memory file (`core/file-block.ts`); counted like a message, so that it lives
 *                as long as the array
 *
 * Where memory files cannot be had, an array of threads lies in a plain SharedArrayBuffer. That one
 * is passed to other threads beside the message, by whatever can carry one.
 */
import { atomics } from "../../core/atomics.ts";
import { countMessage } from "../../core/blocks.ts";
import { Collected, type Watched } from "../../core/collected.ts";
import { type FileBlock, createFileBlock, openFileBlock } from "../../core/file-block.ts";
import type { Member } from "../../core/member.ts";
import { UnsupportedPlatformError } from "../../errors.ts";
import { whyNoSharedMemory } from "../../platform/load.ts";
import { dropReference } from "./value-lock.ts";

export const MEMORY_WORDS = 2;

/** The file of an array that this thread has. */
interface Held extends Watched {
  readonly file: FileBlock;
}

const held = new Collected<Held>(({ file }) => file.release());

function hold(owner: object, file: FileBlock): void {
  held.watch(owner, { object: new WeakRef(owner), file });
}

/** Gives the array `owner`, whose words for this are at `at`, its memory. */
export function makeMemory(
  member: Member,
  at: number,
  sizeBytes: number,
  owner: object,
): SharedArrayBuffer {
  if (member.arena.reach === "thread" && whyNoSharedMemory() !== null) {
    return new SharedArrayBuffer(sizeBytes);
  }
  const file = createFileBlock(member, sizeBytes);
  const { words } = member.arena;
  countMessage(member.arena, file.handle.block, 1);
  atomics.store(words, at + 1, file.handle.stamp);
  atomics.store(words, at, file.handle.block);
  hold(owner, file);
  return file.buffer;
}

/** The memory that another thread made for an array that came here. */
export function findMemory(
  member: Member,
  at: number,
  owner: object,
  arrived: SharedArrayBuffer | undefined,
): SharedArrayBuffer {
  const { words } = member.arena;
  const block = atomics.load(words, at);
  if (block !== 0) {
    const file = openFileBlock(member, { block, stamp: atomics.load(words, at + 1) });
    hold(owner, file);
    return file.buffer;
  }
  if (arrived !== undefined) return arrived;
  throw new UnsupportedPlatformError(
    "here a SharedArray reaches another thread only by what can pass on a SharedArrayBuffer: " +
      (whyNoSharedMemory() ?? "its memory did not come along"),
  );
}

/** Whether the array's memory is a file, and not a plain SharedArrayBuffer. */
export const hasFile = ({ arena }: Member, at: number): boolean =>
  atomics.load(arena.words, at) !== 0;

/** Ends the array's reference to its file. */
export function dropMemory(member: Member, at: number): void {
  const { words } = member.arena;
  const block = atomics.load(words, at);
  if (block !== 0) dropReference(member, { block, stamp: atomics.load(words, at + 1) });
}
