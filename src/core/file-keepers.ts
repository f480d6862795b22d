/**
 * Who keeps the file behind a block: the words of the block in the arena.
 *
 *   word 0   pages of 64 KiB         word 3   bytes that the last page has too many
 *   word 1   device, word 2 inode: which file it is
 *   word 4   a copy in the arena (`file-copy.ts`), three words
 *   word 7   LINGERED: 1 once a keeper lingered, so that others tell it what changes
 *   word 8   keepers: 60 pairs of a thread's id and its descriptor of the file
 *
 * Keeper's id:  0 free ──CAS by a thread that opened it──▶ id ──it lets go, or is dead──▶ 0 The
 * descriptor is written after the id and counts from then on. With all places taken further threads
 * just are no keepers.
 */
import { closeSync, openSync } from "node:fs";
import { type FileIdentity, identityOf, isSameFile } from "../platform/file-identity.ts";
import { isShortage } from "../platform/system-call-error.ts";
import { atomics } from "./atomics.ts";
import { withDescriptors } from "./descriptors.ts";
import { COPY_WORDS } from "./file-copy.ts";
import { slotAt, slotOf } from "./layout.ts";
import type { Member } from "./member.ts";
import { LOOK_AT_FILES, S_PID, S_RESCAN, field, isListed } from "./slots.ts";

const PAGES = 0;
const DEVICE = 1;
const INODE = 2;
const SPARE = 3;
export const COPY = 4;
const LINGERED: number = COPY + COPY_WORDS;
const KEEPERS: number = LINGERED + 1;
const KEEPER_COUNT = 60;
export const WORDS: number = KEEPERS + KEEPER_COUNT * 2;

export const PAGE_BYTES = 65_536;

export function writeSize({ arena }: Member, at: number, size: number): void {
  const pages = Math.ceil(size / PAGE_BYTES);
  atomics.store(arena.words, at + SPARE, pages * PAGE_BYTES - size);
  atomics.store(arena.words, at + PAGES, pages);
}

export const sizeAt = ({ arena }: Member, at: number): number =>
  atomics.load(arena.words, at + PAGES) * PAGE_BYTES - atomics.load(arena.words, at + SPARE);

export function writeIdentity({ arena }: Member, at: number, identity: FileIdentity): void {
  atomics.store(arena.words, at + DEVICE, identity.device);
  atomics.store(arena.words, at + INODE, identity.inode);
}

export const identityAt = ({ arena }: Member, at: number): FileIdentity => ({
  device: atomics.load(arena.words, at + DEVICE),
  inode: atomics.load(arena.words, at + INODE),
});

/** Opens the file through any keeper that lives; null when there is none. */
export function openThroughKeeper(member: Member, at: number): number | null {
  const identity = identityAt(member, at);
  for (const { pid, fd } of keepers(member, at)) {
    const mine = tryOpen(pid, fd, identity);
    if (mine !== null) return mine;
  }
  return null;
}

function tryOpen(pid: number, theirs: number, identity: FileIdentity): number | null {
  let fd: number;
  try {
    fd = withDescriptors(() => openSync(`/proc/${pid}/fd/${theirs}`, "r+"));
  } catch (error) {
    // Not that keeper's fault, nor that of what is opened.
    if (isShortage(error)) throw error;
    return null;
  }
  if (isSameFile(identityOf(fd), identity)) return fd;
  closeSync(fd);
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

/** Whether anybody keeps the file, apart from `except`. */
export const isKept = (member: Member, at: number, except?: number): boolean =>
  keepers(member, at, except).next().done !== true;

export function becomeKeeper(member: Member, at: number, fd: number): void {
  const { words } = member.arena;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const place = at + KEEPERS + keeper * 2;
    if (atomics.compareExchange(words, place, 0, member.id) !== 0) continue;
    return atomics.store(words, place + 1, fd);
  }
}

/** Takes away the places of `id`: those with this descriptor, or all when it is dead. */
export function resign(member: Member, at: number, id: number, fd?: number): void {
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

export function noteLingered({ arena }: Member, at: number): void {
  atomics.store(arena.words, at + LINGERED, 1);
}

/** Has those look who linger for a file: another keeps it now, or nobody needs it. */
export function tellLingering(member: Member, at: number): void {
  const { arena } = member;
  if (atomics.load(arena.words, at + LINGERED) === 0) return;
  for (let keeper = 0; keeper < KEEPER_COUNT; keeper++) {
    const id = atomics.load(arena.words, at + KEEPERS + keeper * 2);
    if (id === 0 || !isListed(arena, id)) continue;
    atomics.or(arena.words, slotAt(slotOf(id)) + S_RESCAN, LOOK_AT_FILES);
    if (id === member.id) member.loop?.lookSoon();
    else arena.bells.ring(id);
  }
}
