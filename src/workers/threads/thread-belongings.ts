/**
 * What others have to do for a thread that has ended: descriptors to be closed (its way to a fork
 * server, and the lifeline of the workers of its pools, whom nobody else can reach), and children
 * to be buried when they end, too.
 *
 * Node does neither, and a thread that is terminated runs no code any more. So a thread enters them
 * in a table that all threads of the process share, under its number and those of the threads above
 * it. Whoever started a thread sees, when Node tells of its end, to what is left of that thread and
 * of all below it: Node ends these first, and those who would have been told have gone with them.
 *
 *   an entry: state │ descriptor │ another │ pid │ how many numbers │ numbers, from the top
 *
 *   FREE ──claim──▶ TAKEN ──all is written──▶ OPEN ──whoever settles it──▶ TAKEN ──▶ FREE
 *
 * Invariant: an OPEN entry's descriptors are open, and only the one whose compare-and-swap took it
 * out closes them; so none is closed twice, when its number may be another's. Likewise a child is
 * buried by its thread or, after that thread's end, by the one who took its entry out. A pid below
 * zero is that of a child which has to be killed, as nothing else tells it of its thread's end.
 */
import { isMainThread, threadId } from "node:worker_threads";
import { atomics } from "../../core/atomics.ts";
import { closeNative } from "../../platform/close-native.ts";
import { atEnd, notAtEnd } from "../../platform/endings.ts";
import { processPlatform } from "../../platform/process-platform.ts";
import { threadTable } from "../../core/thread-table.ts";

const ENTRIES = 1024;
const ENTRY_WORDS = 16;
const STATE = 0;
const FIRST = 1;
const SECOND = 2;
const PID = 3;
const DEPTH = 4;
const NUMBERS = 5;
/** What belongs to a thread deeper than this ends with the one above it at this depth. */
const MOST_NUMBERS: number = ENTRY_WORDS - NUMBERS;

const FREE = 0;
const TAKEN = 1;
const OPEN = 2;

const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 1_000;

let words: Int32Array | undefined;
/** Null in threads that are not ours. */
let above: readonly number[] | null = null;

/** Things of a thread that somebody has to see to when it has ended. */
export interface Belongings {
  readonly descriptors?: readonly [first: number, second?: number];
  /** A child, and whether it must be killed when the thread has ended. */
  readonly pid?: number | undefined;
  readonly kill?: boolean;
}

function table(): Int32Array {
  return (words ??= threadTable("belongings", ENTRIES * ENTRY_WORDS));
}

/** Makes sure that Workers started from now on share this thread's table. */
export function shareBelongings(): void {
  table();
}

/** The numbers of this thread and those above it, apart from the first of the process. */
export function numbersDownToHere(): readonly number[] {
  return isMainThread ? [] : [...(above ?? []), threadId];
}

/** Tells a thread, before anything else runs in it, who is above it. */
export function standBelow(numbers: readonly number[]): void {
  above = numbers;
}

/**
 * Leaves something to whoever sees this thread's end; for the first thread that is the kernel.
 * @returns how to settle it sooner: closes the descriptors, and leaves the child to its thread
 */
export function leaveBehind({ descriptors = [-1], pid = 0, kill = false }: Belongings): () => void {
  const [first, second = -1] = descriptors;
  const at = isMainThread ? -1 : claim();
  // Where the table is full they stay until the process ends.
  if (at < 0) return () => closeBoth(first, second);
  const numbers = numbersDownToHere().slice(0, MOST_NUMBERS);
  const entry = [TAKEN, first, second, kill ? -pid : pid, numbers.length, ...numbers];
  entry.forEach((word, index) => atomics.store(table(), at + index, word));
  atomics.store(table(), at + STATE, OPEN);
  const settle = (): void => {
    notAtEnd(settle);
    takeOut(at);
  };
  // Nobody here is told of the end of a Worker that the user made.
  if (above === null) atEnd(settle);
  return settle;
}

function claim(): number {
  for (let at = 0; at < ENTRIES * ENTRY_WORDS; at += ENTRY_WORDS) {
    if (atomics.compareExchange(table(), at + STATE, FREE, TAKEN) === FREE) return at;
  }
  return -1;
}

/** A thread has ended, and with it all below it. */
export function settleThread(number: number): void {
  for (let at = 0; at < ENTRIES * ENTRY_WORDS; at += ENTRY_WORDS) {
    if (atomics.load(table(), at + STATE) !== OPEN || !isBelow(at, number)) continue;
    const pid = takeOut(at);
    if (pid < 0) killNow(-pid);
    if (pid !== 0) buryLater(Math.abs(pid), FIRST_LOOK_MS);
  }
}

function isBelow(at: number, number: number): boolean {
  const depth = atomics.load(table(), at + DEPTH);
  for (let index = 0; index < depth; index++) {
    if (atomics.load(table(), at + NUMBERS + index) === number) return true;
  }
  return false;
}

/** In a forked copy: none of its threads is here, and what they started is not the copy's. */
export function dropInherited(): void {
  if (words === undefined) return;
  for (let at = 0; at < ENTRIES * ENTRY_WORDS; at += ENTRY_WORDS) takeOut(at);
}

/** Closes the descriptors of an entry, once; the child that it names, or 0. */
function takeOut(at: number): number {
  const entry = table();
  if (atomics.compareExchange(entry, at + STATE, OPEN, TAKEN) !== OPEN) return 0;
  closeBoth(atomics.load(entry, at + FIRST), atomics.load(entry, at + SECOND));
  const pid = atomics.load(entry, at + PID);
  atomics.store(entry, at + STATE, FREE);
  return pid;
}

function closeBoth(first: number, second: number): void {
  if (first >= 0) closeNative(first);
  if (second >= 0) closeNative(second);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Looks now and then whether a child has ended that has nobody else who would bury it. */
function buryLater(pid: number, ms: number): void {
  const bury = (): void => {
    try {
      if (processPlatform()?.reap(pid, true) === null)
        buryLater(pid, Math.min(ms * 2, LONGEST_LOOK_MS));
    } catch {
      // It was buried before.
    }
  };
  setTimeout(bury, ms).unref();
}
