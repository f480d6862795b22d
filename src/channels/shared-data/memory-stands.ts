/**
 * The memories with a name for which this process stands: those that its threads made.
 *
 * They are to last as long as the process, whether the thread that made them has ended or not, and
 * whether anybody has them open. So the process has a description of its own of each file, opened
 * past Node, which would close it with the thread. All threads share a table of these:
 *
 *   word 0     where the entries end that were ever taken
 *   an entry   descriptor + 1 │ inode       0 ──claim──▶ -1 ──▶ descriptor + 1 ──CAS──▶ 0
 *
 * Invariant: whoever takes an entry out, by compare-and-swap, ends that description; so it is ended
 * once, when its file has no name any more, or at the end of the process. Its first thread sees to
 * that; of a Worker that was not told of the table, the Worker itself.
 */
import { readlinkSync } from "node:fs";
import { atomics } from "../../core/atomics.ts";
import { withDescriptors } from "../../core/descriptors.ts";
import { hasThreadTable, threadTable } from "../../core/thread-table.ts";
import { ResourceLimitError } from "../../errors.ts";
import { onCopy } from "../../platform/copies.ts";
import { atEnd } from "../../platform/endings.ts";
import { identityOf } from "../../platform/file-identity.ts";
import { loadPlatform } from "../../platform/load.ts";
import { type UsedFile, hasName, removeUnused } from "./shared-memory-file.ts";

const NAME = "memories";
const ENTRIES = 8192;
const FIRST = 1;
const WORDS: number = FIRST + ENTRIES * 2;
const FREE = 0;
const TAKEN = -1;

let words: Int32Array | undefined;
/** Whether the table ends with this thread. */
let isMine = false;

function table(): Int32Array {
  if (words !== undefined) return words;
  isMine = !hasThreadTable(NAME);
  if (isMine) atEnd(endAll);
  return (words = threadTable(NAME, WORDS));
}

/** Makes sure that Workers started from now on share this thread's table. */
export function shareStands(): void {
  table();
}

/** At the end of the program, do so after what was registered for it until now. */
export function standUntilTheLast(): void {
  table();
  if (isMine) atEnd(endAll);
}

/**
 * This process stands for a file from now on.
 * @throws ResourceLimitError when it does so for too many
 */
export function standFor({ fd, identity: { inode } }: UsedFile): void {
  const own = withDescriptors(() => loadPlatform().openFileOf(process.pid, fd));
  if (own === null) throw new ResourceLimitError("no descriptor is left for shared memory");
  loadPlatform().noteUse(own, "shared");
  if (enter(own, inode)) return;
  loadPlatform().closeFile(own);
  throw new ResourceLimitError(
    `this process has ${ENTRIES} memories with a name; unlink those that are needed no more`,
  );
}

/** False when the table is full. */
function enter(fd: number, inode: number): boolean {
  for (let at = FIRST; at < WORDS; at += 2) {
    if (atomics.compareExchange(table(), at, FREE, TAKEN) !== FREE) continue;
    atomics.store(table(), at + 1, inode);
    atomics.store(table(), at, fd + 1);
    raiseEnd(at + 2);
    return true;
  }
  return false;
}

/** Where the entries end that were ever taken. */
const endOfEntries = (): number => atomics.load(table(), 0);

function raiseEnd(end: number): void {
  for (;;) {
    const seen = endOfEntries();
    // Another thread may raise it, too.
    if (seen >= end || atomics.compareExchange(table(), 0, seen, end) === seen) return;
  }
}

/** Stands no more for what has no name; `inode` says which to look at, all when it is left out. */
export function endNameless(inode?: number): void {
  for (let at = FIRST, end = endOfEntries(); at < end; at += 2) {
    const entry = atomics.load(table(), at);
    if (entry <= 0 || (inode !== undefined && atomics.load(table(), at + 1) !== inode)) continue;
    const fd = entry - 1;
    if (mayHaveName(fd) || !takeOut(at, entry)) continue;
    // Had another thread ended it before, the same number in the same place is of a new one.
    if (hasName(fd)) enter(fd, identityOf(fd).inode);
    else endStand(fd);
  }
}

/** True also when another thread has just ended it. */
function mayHaveName(fd: number): boolean {
  try {
    return hasName(fd);
  } catch {
    return true;
  }
}

const takeOut = (at: number, entry: number): boolean =>
  atomics.compareExchange(table(), at, entry, FREE) === entry;

function endStand(fd: number): void {
  loadPlatform().noteUse(fd, "over");
  loadPlatform().closeFile(fd);
}

/** At the end: what nobody uses any more is removed. */
function endAll(): void {
  for (let at = FIRST, end = endOfEntries(); at < end; at += 2) {
    const entry = atomics.load(table(), at);
    if (entry <= 0 || !takeOut(at, entry)) continue;
    const path = readlinkSync(`/proc/self/fd/${entry - 1}`);
    endStand(entry - 1);
    removeUnused(path);
  }
}

// In a forked copy, which made none of them. What is noted is the parent's.
onCopy(() => {
  if (words === undefined) return;
  for (let at = FIRST, end = endOfEntries(); at < end; at += 2) {
    const entry = atomics.load(words, at);
    if (entry > 0) loadPlatform().closeFile(entry - 1);
  }
  words.fill(FREE);
  standUntilTheLast();
});
