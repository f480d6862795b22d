/**
 * Blocks of memory that are a file of their own: large ones, which take no room in the arena and go
 * back to the system as a whole, and those with a name. In the arena is only a shared object that
 * says where the file is found (`file-keepers.ts`).
 *
 * Whoever gets the handle opens the file through any keeper that lives, and keeps it too; so the
 * file outlives its maker as long as somebody has it.
 *
 * A handle may be on its way while nobody but its sender has the file. So the last keeper lingers
 * until the object ended or another keeps it, of which others tell it, and leaves a copy in the
 * arena when its thread ends before that.
 */
import { closeSync, fstatSync } from "node:fs";
import { ClosedError, ResourceLimitError } from "../errors.ts";
import { atEnd, notAtEnd } from "../platform/endings.ts";
import { type FileIdentity, identityOf } from "../platform/file-identity.ts";
import { loadPlatform } from "../platform/load.ts";
import { isOutOfDescriptors } from "../platform/system-call-error.ts";
import { type Handle, OBJECT_AT, checkHandle, stampOf } from "./blocks.ts";
import { onSwept } from "./collected.ts";
import { dropCopy, isCopyNamed, leaveCopy, takeCopy } from "./file-copy.ts";
import { onRejoin } from "./family-arena.ts";
import {
  COPY,
  PAGE_BYTES,
  WORDS,
  becomeKeeper,
  identityAt,
  isKept,
  noteLingered,
  openThroughKeeper,
  resign,
  sizeAt,
  tellLingering,
  writeIdentity,
  writeSize,
} from "./file-keepers.ts";
import { KIND_FILE, registerKind } from "./kinds.ts";
import { loopWaits } from "./loop-waits.ts";
import type { Member } from "./member.ts";
import { openMemoryFile } from "./memory-file.ts";
import { napSync } from "./nap.ts";

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

/** A file as this thread has it open. */
export interface OpenFile {
  readonly fd: number;
  /** False when it lost its name before this thread had said that it uses it. */
  readonly keepsName?: boolean;
  close(): void;
}

/** How those who get a handle come to their file. */
export interface FileWays<F extends OpenFile> {
  /** Takes the descriptor that was opened through a keeper. */
  adopt(fd: number, sizeBytes: number): F;
  /** Finds the file where nobody keeps it. */
  find(identity: FileIdentity): F | null;
  /** Makes it again, to be filled from a copy; `named` when it had a name. */
  make(sizeBytes: number, named: boolean): F;
}

/** A file that this thread keeps for others. */
export interface KeptFile {
  readonly handle: Handle;
  /** Closes the file, at the latest when nobody may ask this thread for it any more. */
  release(): void;
}

/** A block as this thread sees it. */
export interface FileBlock extends KeptFile {
  /** Exactly the bytes that were asked for; may be used after `release`. */
  readonly buffer: SharedArrayBuffer;
}

interface Kept {
  member: Member;
  readonly handle: Handle;
  readonly file: OpenFile;
  released: boolean;
}

const kept = new Set<Kept>();

const bareFile = (fd: number): OpenFile => ({ fd, close: () => closeSync(fd) });

/** Of files without a name. */
const bareWays: FileWays<OpenFile> = {
  adopt: bareFile,
  find: () => null,
  make: (sizeBytes) => bareFile(openMemoryFile("manyhands-block", sizeBytes)),
};

/**
 * Makes a block in a file of its own.
 * @throws ResourceLimitError when it is larger than a shared block can be
 */
export function createFileBlock(member: Member, sizeBytes: number): FileBlock {
  const size = Math.max(1, sizeBytes);
  if (size > MOST_PAGES * PAGE_BYTES) {
    throw new ResourceLimitError(
      `${sizeBytes} bytes are more than the ${MOST_PAGES * PAGE_BYTES} of a shared block; ` +
        `split the data`,
    );
  }
  const file = bareWays.make(size, false);
  return mapped(lendFile(member, file, size), file, size);
}

/**
 * Opens a block whose handle came from another thread.
 * @throws ClosedError when nobody has it any more
 */
export function openFileBlock(member: Member, handle: Handle): FileBlock {
  const { file, lent } = borrowFile(member, handle, bareWays);
  return mapped(lent, file, sizeAt(member, handle.block + OBJECT_AT));
}

const mapped = (lent: KeptFile, { fd }: OpenFile, sizeBytes: number): FileBlock => ({
  ...lent,
  buffer: loadPlatform().mapShared(fd, sizeBytes).buffer,
});

/** Gives a file that this thread has open a handle, by which others open it too. */
export function lendFile(member: Member, file: OpenFile, sizeBytes: number): KeptFile {
  const handle = member.create(KIND_FILE, WORDS);
  writeSize(member, handle.block + OBJECT_AT, sizeBytes);
  return keep(member, handle, file);
}

/**
 * Opens the file that another lent, and keeps it for further ones.
 * @throws ClosedError when nobody has it any more
 */
export function borrowFile<F extends OpenFile>(
  member: Member,
  handle: Handle,
  ways: FileWays<F>,
): { file: F; lent: KeptFile } {
  checkHandle(member.arena, handle, "block of memory");
  for (let look = 0; look < LOOKS; look++) {
    // The last keeper may just look whether it may leave.
    if (look > 0) napSync(1);
    const file = tryToBorrow(member, handle.block + OBJECT_AT, ways);
    if (file === null) continue;
    member.retain(handle);
    return { file, lent: keep(member, handle, file) };
  }
  throw new ClosedError("everybody who had this block of memory is gone");
}

function tryToBorrow<F extends OpenFile>(member: Member, at: number, ways: FileWays<F>): F | null {
  const fd = openThroughKeeper(member, at);
  const file = fd === null ? ways.find(identityAt(member, at)) : ways.adopt(fd, sizeAt(member, at));
  if (file === null) return restore(member, at, ways);
  if (file.keepsName !== false || !isCopyNamed(member, at + COPY)) return file;
  // Its last keeper was just ending, and took the name away that belongs to it.
  const restored = restore(member, at, ways);
  if (restored !== null) file.close();
  return restored ?? file;
}

/** Makes the file again from the copy that its last keeper left. */
function restore<F extends OpenFile>(member: Member, at: number, ways: FileWays<F>): F | null {
  const copy = takeCopy(member, at + COPY);
  if (copy === null) return null;
  const file = ways.make(sizeAt(member, at), copy.named);
  const { buffer } = loadPlatform().mapShared(file.fd, sizeAt(member, at));
  copy.moveTo(new Uint8Array(buffer, 0, buffer.byteLength));
  return file;
}

/** The file behind a handle. @throws ClosedError when its block ended */
export function lentIdentity(member: Member, handle: Handle): FileIdentity {
  checkHandle(member.arena, handle, "block of memory");
  return identityAt(member, handle.block + OBJECT_AT);
}

/** Offers a file that is open to others. */
function keep(member: Member, handle: Handle, file: OpenFile): KeptFile {
  const at = handle.block + OBJECT_AT;
  writeIdentity(member, at, identityOf(file.fd));
  const mine: Kept = { member, handle, file, released: false };
  becomeKeeper(member, at, file.fd);
  // Nobody needs it now, and what is in the file may change.
  takeCopy(member, at + COPY)?.drop();
  tellLingering(member, at);
  if (kept.size === 0) atEnd(leaveCopies);
  kept.add(mine);
  return { handle, release: () => release(mine) };
}

function release(mine: Kept): void {
  if (mine.released) return;
  mine.released = true;
  // As long as it is ours: afterwards it may be gone.
  const { member, handle } = mine;
  noteLingered(member, handle.block + OBJECT_AT);
  member.letGo(handle);
  if (!tryToLeave(mine)) linger(member);
}

function linger(member: Member): void {
  try {
    loopWaits(member).whenFilesChange(() => leaveWherePossible(member));
  } catch (error) {
    // Without a bell one looks when garbage is collected for want of descriptors, as there is now.
    if (!isOutOfDescriptors(error)) throw error;
  }
}

function leaveWherePossible(member: Member): void {
  const ours = Array.from(kept).filter((mine) => mine.member === member && mine.released);
  const lingering = ours.filter((mine) => !tryToLeave(mine));
  if (lingering.length === 0) member.loop?.whenFilesChange(undefined);
}

onSwept(() => {
  const waiting = Array.from(kept).filter((mine) => mine.released);
  for (const member of new Set(waiting.map((mine) => mine.member))) leaveWherePossible(member);
});

/** Closes the file unless somebody may still ask this thread for it. */
function tryToLeave(mine: Kept): boolean {
  const { member, handle, file } = mine;
  const at = handle.block + OBJECT_AT;
  while (stampOf(member.arena, handle.block) === handle.stamp) {
    // First away, then the look: of two who leave at once at least one finds nobody.
    resign(member, at, member.id, file.fd);
    if (isKept(member, at)) break;
    becomeKeeper(member, at, file.fd);
    // Who took over while we were away could not see whom to tell.
    if (!isKept(member, at, member.id)) return false;
  }
  kept.delete(mine);
  if (kept.size === 0) notAtEnd(leaveCopies);
  file.close();
  return true;
}

/** In a child made by fork: what it inherited it keeps itself; what its parent let go is closed. */
onRejoin((member) => {
  for (const mine of kept) {
    if (mine.member.arena.reach !== member.arena.reach) continue;
    if (mine.released) {
      kept.delete(mine);
      // Only the descriptor: what is noted of the file is noted for the parent.
      closeSync(mine.file.fd);
    } else {
      mine.member = member;
      member.retain(mine.handle);
      becomeKeeper(member, mine.handle.block + OBJECT_AT, mine.file.fd);
    }
  }
  notAtEnd(leaveCopies);
  if (kept.size > 0) atEnd(leaveCopies);
});

/** At the end of this thread: what only it has, and others may still ask for, stays as a copy. */
function leaveCopies(): void {
  for (const mine of kept) {
    leaveCopyOf(mine);
    mine.released = true;
    mine.file.close();
  }
  kept.clear();
}

function leaveCopyOf({ member, handle, file: { fd } }: Kept): void {
  const at = handle.block + OBJECT_AT;
  if (stampOf(member.arena, handle.block) !== handle.stamp) return;
  resign(member, at, member.id, fd);
  if (isKept(member, at)) return;
  leaveCopy(member, handle, at + COPY, {
    named: fstatSync(fd).nlink > 0,
    contents() {
      const { buffer } = loadPlatform().mapShared(fd, sizeAt(member, at));
      return new Uint8Array(buffer, 0, buffer.byteLength);
    },
  });
}
