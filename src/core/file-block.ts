/**
 * Large blocks, in memory files of their own: they do not take room in the arena, and go back to
 * the system as a whole. In the arena is only a shared object that says where the file is found.
 *
 *   word 0   pages of 64 KiB
 *   word 1   device, word 2 inode: which file it is
 *   word 4   keepers: 8 pairs of a thread's id and its descriptor of the file
 *
 * Keeper's id:  0 free ──CAS by a thread that opened it──▶ id ──it lets go, or is dead──▶ 0 The
 * descriptor is written after the id and counts from then on. Whoever gets the handle opens the
 * file through any keeper that lives; so the file outlives its maker as long as somebody has it.
 * With all eight places taken further threads just are no keepers.
 */
import { closeSync, fstatSync, openSync } from "node:fs";
import { ClosedError, ResourceLimitError } from "../errors.ts";
import { loadPlatform } from "../platform/load.ts";
import * as atomics from "./atomics.ts";
import { type Handle, OBJECT_AT, checkHandle } from "./blocks.ts";
import { registerKind } from "./kinds.ts";
import type { Member } from "./member.ts";
import { S_PID, field, isListed } from "./slots.ts";

const PAGES = 0;
const DEVICE = 1;
const INODE = 2;
const KEEPERS = 4;
const KEEPER_COUNT = 8;
const WORDS: number = KEEPERS + KEEPER_COUNT * 2;

const PAGE_BYTES = 65_536;
/** The most that a SharedArrayBuffer over WebAssembly's memory can have. */
const MOST_PAGES = 65_535;

const KIND_FILE = 3;
registerKind(KIND_FILE, {
  name: "memory file",
  shared: true,
  settle: (member, block, id) => resign(member, block + OBJECT_AT, id),
});

/** A large block as this thread sees it. */
export interface FileBlock {
  readonly handle: Handle;
  /** At least the bytes that were asked for, in whole pages. */
  readonly buffer: SharedArrayBuffer;
  /** Lets go of the file; what still refers to the buffer may go on using it. */
  release(): void;
}

/** Makes a block in a file of its own. */
export function createFileBlock(member: Member, sizeBytes: number): FileBlock {
  const platform = loadPlatform();
  const pages = Math.max(1, Math.ceil(sizeBytes / PAGE_BYTES));
  if (pages > MOST_PAGES) {
    throw new ResourceLimitError(
      `${sizeBytes} bytes are more than the ${MOST_PAGES * PAGE_BYTES} of a shared block; ` +
        `split the data`,
    );
  }
  const made = platform.createMemoryFile("manyhands-block", pages * PAGE_BYTES);
  // Opened anew by this thread, so that it is closed with it, however the thread ends.
  const fd = openSync(`/proc/self/fd/${made}`, "r+");
  platform.closeFile(made);
  const { dev, ino } = fstatSync(fd);
  const handle = member.create(KIND_FILE, WORDS);
  const at = handle.block + OBJECT_AT;
  atomics.store(member.arena.words, at + DEVICE, dev | 0);
  atomics.store(member.arena.words, at + INODE, ino | 0);
  atomics.store(member.arena.words, at + PAGES, pages);
  return keep(member, handle, fd);
}

/**
 * Opens a block whose handle came from another thread.
 * @throws ClosedError when nobody has it any more
 */
export function openFileBlock(member: Member, handle: Handle): FileBlock {
  checkHandle(member.arena, handle, "block of memory");
  const fd = openThroughKeeper(member, handle.block + OBJECT_AT);
  if (fd === null) throw new ClosedError("everybody who had this block of memory is gone");
  member.retain(handle);
  return keep(member, handle, fd);
}

function openThroughKeeper(member: Member, at: number): number | null {
  const { arena } = member;
  const device = atomics.load(arena.words, at + DEVICE);
  const inode = atomics.load(arena.words, at + INODE);
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const id = atomics.load(arena.words, at + KEEPERS + keeper * 2);
    const theirs = atomics.load(arena.words, at + KEEPERS + keeper * 2 + 1);
    if (id === 0 || theirs === 0 || !isListed(arena, id)) continue;
    const fd = tryOpen(field(arena, id, S_PID), theirs, device, inode);
    if (fd !== null) return fd;
  }
  return null;
}

function tryOpen(pid: number, theirs: number, device: number, inode: number): number | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/fd/${theirs}`, "r+");
  } catch {
    return null;
  }
  const { dev, ino } = fstatSync(fd);
  if ((dev | 0) === device && (ino | 0) === inode) return fd;
  closeSync(fd);
  return null;
}

function keep(member: Member, handle: Handle, fd: number): FileBlock {
  const { words } = member.arena;
  const at = handle.block + OBJECT_AT;
  const pages = atomics.load(words, at + PAGES);
  const { buffer } = loadPlatform().mapShared(fd, pages * PAGE_BYTES);
  becomeKeeper(member, at, fd);
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    resign(member, at, member.id, fd);
    closeSync(fd);
    member.letGo(handle);
  };
  return { handle, buffer, release };
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
