/**
 * Large blocks, in memory files of their own: they do not take room in the arena, and go back to
 * the system as a whole. In the arena is only a shared object that says where the file is found.
 *
 *   word 0   pages of 64 KiB         word 3   bytes that the last page has too many
 *   word 1   device, word 2 inode: which file it is
 *   word 4   a copy in the arena (`file-copy.ts`): its block, word 5 its stamp
 *   word 6   LINGERED: 1 once a keeper lingered, so that others tell it what changes
 *   word 7   keepers: 60 pairs of a thread's id and its descriptor of the file
 *
 * Keeper's id:  0 free ──CAS by a thread that opened it──▶ id ──it lets go, or is dead──▶ 0 The
 * descriptor is written after the id and counts from then on. Whoever gets the handle opens the
 * file through any keeper that lives; so the file outlives its maker as long as somebody has it.
 * With all places taken further threads just are no keepers.
 *
 * A handle may be on its way while nobody but its sender has the file. So the last keeper lingers
 * until the object ended or another keeps it, of which others tell it, and leaves a copy in the
 * arena when its thread ends before that.
 */
import { closeSync, openSync } from "node:fs";
import { ClosedError, ResourceLimitError } from "../errors.ts";
import { identityOf, isSameFile } from "../platform/file-identity.ts";
import { loadPlatform } from "../platform/load.ts";
import { atomics } from "./atomics.ts";
import { type Handle, OBJECT_AT, checkHandle, stampOf } from "./blocks.ts";
import { COPY_WORDS, dropCopy, leaveCopy, takeCopy } from "./file-copy.ts";
import { onRejoin } from "./family-arena.ts";
import { KIND_FILE, registerKind } from "./kinds.ts";
import { slotAt, slotOf } from "./layout.ts";
import { loopWaits } from "./loop-waits.ts";
import type { Member } from "./member.ts";
import { napSync } from "./nap.ts";
import { LOOK_AT_FILES, S_PID, S_RESCAN, field, isListed } from "./slots.ts";

const PAGES = 0;
const DEVICE = 1;
const INODE = 2;
const SPARE = 3;
const COPY = 4;
const LINGERED: number = COPY + COPY_WORDS;
const KEEPERS: number = LINGERED + 1;
const KEEPER_COUNT = 60;
const WORDS: number = KEEPERS + KEEPER_COUNT * 2;

const PAGE_BYTES = 65_536;
/** The most that a SharedArrayBuffer over WebAssembly's memory can have. */
const MOST_PAGES = 65_535;
/** How often one looks for a keeper who is just changing. */
const LOOKS = 50;

registerKind(KIND_FILE, {
  name: "memory file",
  shared: true,
  settle: (member, block, id) => resign(member, block + OBJECT_AT, id),
  destroy(member, { block }) {
    dropCopy(member, block + OBJECT_AT + COPY);
    tellLingering(member, block + OBJECT_AT);
  },
});

/** A large block as this thread sees it. */
export interface FileBlock {
  readonly handle: Handle;
  /** Exactly the bytes that were asked for. */
  readonly buffer: SharedArrayBuffer;
  /** Lets go of the file; what still refers to the buffer may go on using it. */
  release(): void;
}

/** A block that this thread keeps; its memory only by the buffer, so that it can be collected. */
interface Kept {
  member: Member;
  readonly handle: Handle;
  readonly fd: number;
  released: boolean;
}

const kept = new Set<Kept>();

/**
 * Makes a block in a file of its own.
 * @throws ResourceLimitError when it is larger than a shared block can be
 */
export function createFileBlock(member: Member, sizeBytes: number): FileBlock {
  const platform = loadPlatform();
  const size = Math.max(1, sizeBytes);
  if (size > MOST_PAGES * PAGE_BYTES) {
    throw new ResourceLimitError(
      `${sizeBytes} bytes are more than the ${MOST_PAGES * PAGE_BYTES} of a shared block; ` +
        `split the data`,
    );
  }
  const made = platform.createMemoryFile("manyhands-block", size);
  // Opened anew by this thread, so that it is closed with it, however the thread ends.
  const fd = openSync(`/proc/self/fd/${made}`, "r+");
  platform.closeFile(made);
  const handle = member.create(KIND_FILE, WORDS);
  const at = handle.block + OBJECT_AT;
  const pages = Math.ceil(size / PAGE_BYTES);
  atomics.store(member.arena.words, at + SPARE, pages * PAGE_BYTES - size);
  atomics.store(member.arena.words, at + PAGES, pages);
  return keep(member, handle, fd);
}

/**
 * Opens a block whose handle came from another thread.
 * @throws ClosedError when nobody has it any more
 */
export function openFileBlock(member: Member, handle: Handle): FileBlock {
  checkHandle(member.arena, handle, "block of memory");
  const at = handle.block + OBJECT_AT;
  for (let look = 0; look < LOOKS; look++) {
    // The last keeper may just look whether it may leave.
    if (look > 0) napSync(1);
    const fd = openThroughKeeper(member, at);
    if (fd !== null) return opened(member, handle, fd);
    const block = restore(member, handle);
    if (block !== null) return block;
  }
  throw new ClosedError("everybody who had this block of memory is gone");
}

function opened(member: Member, handle: Handle, fd: number): FileBlock {
  member.retain(handle);
  return keep(member, handle, fd);
}

/** Makes the file again from the copy that its last keeper left. */
function restore(member: Member, handle: Handle): FileBlock | null {
  const at = handle.block + OBJECT_AT;
  const copy = takeCopy(member, at + COPY);
  if (copy === null) return null;
  const platform = loadPlatform();
  const made = platform.createMemoryFile("manyhands-block", sizeAt(member, at));
  const fd = openSync(`/proc/self/fd/${made}`, "r+");
  platform.closeFile(made);
  const { buffer } = platform.mapShared(fd, sizeAt(member, at));
  copy.moveTo(new Uint8Array(buffer, 0, buffer.byteLength));
  return opened(member, handle, fd);
}

const sizeAt = ({ arena }: Member, at: number): number =>
  atomics.load(arena.words, at + PAGES) * PAGE_BYTES - atomics.load(arena.words, at + SPARE);

function openThroughKeeper(member: Member, at: number): number | null {
  const { words } = member.arena;
  const device = atomics.load(words, at + DEVICE);
  const inode = atomics.load(words, at + INODE);
  for (const { pid, fd } of keepers(member, at)) {
    const mine = tryOpen(pid, fd, device, inode);
    if (mine !== null) return mine;
  }
  return null;
}

function* keepers(member: Member, at: number, except = 0): Generator<{ pid: number; fd: number }> {
  const { arena } = member;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const id = atomics.load(arena.words, at + KEEPERS + keeper * 2);
    const fd = atomics.load(arena.words, at + KEEPERS + keeper * 2 + 1);
    if (id === 0 || id === except || fd === 0 || !isListed(arena, id)) continue;
    yield { pid: field(arena, id, S_PID), fd };
  }
}

function tryOpen(pid: number, theirs: number, device: number, inode: number): number | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/fd/${theirs}`, "r+");
  } catch {
    return null;
  }
  if (isSameFile(identityOf(fd), { device, inode })) return fd;
  closeSync(fd);
  return null;
}

/** Maps the file behind `fd` and offers it to others. */
function keep(member: Member, handle: Handle, fd: number): FileBlock {
  const { words } = member.arena;
  const at = handle.block + OBJECT_AT;
  const { device, inode } = identityOf(fd);
  atomics.store(words, at + DEVICE, device);
  atomics.store(words, at + INODE, inode);
  const { buffer } = loadPlatform().mapShared(fd, sizeAt(member, at));
  const mine: Kept = { member, handle, fd, released: false };
  becomeKeeper(member, at, fd);
  tellLingering(member, at);
  if (kept.size === 0) process.on("exit", leaveCopies);
  kept.add(mine);
  return { handle, buffer, release: () => release(mine) };
}

function release(mine: Kept): void {
  if (mine.released) return;
  mine.released = true;
  // As long as it is ours: afterwards it may be gone.
  const { member, handle } = mine;
  atomics.store(member.arena.words, handle.block + OBJECT_AT + LINGERED, 1);
  member.letGo(handle);
  if (!tryToLeave(mine)) loopWaits(member).whenFilesChange(() => leaveWherePossible(member));
}

function leaveWherePossible(member: Member): void {
  const ours = Array.from(kept).filter((mine) => mine.member === member && mine.released);
  const lingering = ours.filter((mine) => !tryToLeave(mine));
  if (lingering.length === 0) loopWaits(member).whenFilesChange(undefined);
}

/** Has those look who linger for a file: another keeps it now, or nobody needs it. */
function tellLingering(member: Member, at: number): void {
  const { arena } = member;
  if (atomics.load(arena.words, at + LINGERED) === 0) return;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const id = atomics.load(arena.words, at + KEEPERS + keeper * 2);
    if (id === 0 || !isListed(arena, id)) continue;
    atomics.or(arena.words, slotAt(slotOf(id)) + S_RESCAN, LOOK_AT_FILES);
    if (id === member.id) loopWaits(member).lookSoon();
    else arena.bells.ring(id);
  }
}

/** Closes the file unless somebody may still ask this thread for it. */
function tryToLeave(mine: Kept): boolean {
  const { member, handle, fd } = mine;
  const at = handle.block + OBJECT_AT;
  while (stampOf(member.arena, handle.block) === handle.stamp) {
    // First away, then the look: of two who leave at once at least one finds nobody.
    resign(member, at, member.id, fd);
    if (keepers(member, at).next().done === false) break;
    becomeKeeper(member, at, fd);
    // Who took over while we were away could not see whom to tell.
    if (keepers(member, at, member.id).next().done === true) return false;
  }
  kept.delete(mine);
  if (kept.size === 0) process.off("exit", leaveCopies);
  closeSync(fd);
  return true;
}

/** In a child made by fork: what it inherited it keeps itself; what its parent let go is closed. */
onRejoin((member) => {
  for (const mine of kept) {
    if (mine.member.arena.reach !== member.arena.reach) continue;
    if (mine.released) {
      kept.delete(mine);
      closeSync(mine.fd);
    } else {
      mine.member = member;
      member.retain(mine.handle);
      becomeKeeper(member, mine.handle.block + OBJECT_AT, mine.fd);
    }
  }
});

/** At the end of this thread: what only it has, and others may still ask for, stays as a copy. */
function leaveCopies(): void {
  for (const { member, handle, fd } of kept) {
    const at = handle.block + OBJECT_AT;
    if (stampOf(member.arena, handle.block) !== handle.stamp) continue;
    resign(member, at, member.id, fd);
    if (keepers(member, at).next().done !== true) continue;
    leaveCopy(member, handle, at + COPY, () => {
      const { buffer } = loadPlatform().mapShared(fd, sizeAt(member, at));
      return new Uint8Array(buffer, 0, buffer.byteLength);
    });
  }
}

function becomeKeeper(member: Member, at: number, fd: number): void {
  const { words } = member.arena;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const place = at + KEEPERS + keeper * 2;
    if (atomics.compareExchange(words, place, 0, member.id) !== 0) continue;
    return atomics.store(words, place + 1, fd);
  }
}

/** Takes away the places of `id`: those with this descriptor, or all when it is dead. */
function resign(member: Member, at: number, id: number, fd?: number): void {
  const { words } = member.arena;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const place = at + KEEPERS + keeper * 2;
    if (atomics.load(words, place) !== id) continue;
    if (fd !== undefined && atomics.load(words, place + 1) !== fd) continue;
    // The descriptor first: a place without an id may be taken at once.
    atomics.store(words, place + 1, 0);
    atomics.store(words, place, 0);
  }
}
