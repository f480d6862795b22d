/**
 * The roll of this process's threads: who is alive, under which name. One table for all threads.
 *
 *     word 0: number of names given, 1: news
 *     entries of 32 words: state, ident, traits, ident of the starter, name
 */
import { threadId } from "node:worker_threads";
import { atomics } from "../../core/atomics.ts";
import { onCopy } from "../../platform/copies.ts";
import { threadTable } from "../../core/thread-table.ts";

const ENTRIES = 1024;
const ENTRY_WORDS = 32;
const HEAD_WORDS = 4;
/** How many threads have said that they end; sleepers wait on it. */
const NEWS = 1;
const STATE = 0;
const IDENT = 1;
const TRAITS = 2;
const STARTER = 3;
const NAME_SIZE = 4;
const NAME = 5;
const NAME_BYTES = (ENTRY_WORDS - NAME) * 4;
const LOOK_EVERY_MS = 50;
const IS_DAEMON = 1;
/** The program does not end before it. */
const IS_AWAITED = 2;
const FREE = 0;
const TAKEN = 1;

export interface RollEntry {
  readonly ident: number;
  readonly name: string;
  readonly daemon: boolean;
}

interface ReadEntry extends RollEntry {
  /** The ident of the thread that started it. */
  readonly starter: number;
  readonly awaited: boolean;
}

let words: Int32Array | undefined;

function roll(): Int32Array {
  if (words !== undefined) return words;
  const table = (words = threadTable("roll", HEAD_WORDS + ENTRIES * ENTRY_WORDS));
  // Threads are not copied.
  onCopy(() => table.fill(0, HEAD_WORDS));
  return table;
}

/** Makes sure that Workers started from now on share this thread's roll. */
export function shareRoll(): void {
  roll();
}

/** The number in the name of the next thread. */
export function nextThreadNumber(): number {
  return atomics.add(roll(), 0, 1) + 1;
}

/**
 * Enters a thread that this one starts; answers where. `awaited`: the program does not end before
 * it, though it may have been started by a daemon.
 */
export function enterRoll({ ident, name, daemon }: RollEntry, awaited = false): number {
  const table = roll();
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = HEAD_WORDS + entry * ENTRY_WORDS;
    if (atomics.compareExchange(table, at + STATE, FREE, TAKEN) !== FREE) continue;
    atomics.store(table, at + IDENT, ident);
    atomics.store(table, at + TRAITS, (daemon ? IS_DAEMON : 0) | (awaited ? IS_AWAITED : 0));
    atomics.store(table, at + STARTER, threadId);
    writeName(table, at, name);
    return at;
  }
  return -1;
}

export function leaveRoll(at: number): void {
  if (at >= 0) atomics.store(roll(), at + STATE, FREE);
}

/** The threads on the roll; the first thread of the process is not on it. */
export function readRoll(): ReadEntry[] {
  const table = roll();
  const entries: ReadEntry[] = [];
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = HEAD_WORDS + entry * ENTRY_WORDS;
    if (atomics.load(table, at + STATE) === FREE) continue;
    const traits = atomics.load(table, at + TRAITS);
    entries.push({
      ident: atomics.load(table, at + IDENT),
      name: readName(table, at),
      daemon: (traits & IS_DAEMON) !== 0,
      awaited: (traits & IS_AWAITED) !== 0,
      starter: atomics.load(table, at + STARTER),
    });
  }
  return entries;
}

/** This thread ends: nobody has to wait for it any more, whether its starter has noticed or not. */
export function sayEnding(ident: number): void {
  const table = roll();
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = HEAD_WORDS + entry * ENTRY_WORDS;
    if (atomics.load(table, at + STATE) === FREE || atomics.load(table, at + IDENT) !== ident)
      continue;
    atomics.store(table, at + TRAITS, atomics.load(table, at + TRAITS) & ~IS_AWAITED);
    break;
  }
  atomics.add(table, NEWS, 1);
  atomics.notify(table, NEWS, Infinity);
}

/**
 * Blocks until the awaited threads have ended which were started not by the thread `ident`
 * itself but by those that it started, or theirs. `look` has those taken off that were torn down:
 * what they had started ended with them, and nobody took it off.
 */
export function awaitDescendants(ident: number, look: () => void): void {
  const table = roll();
  for (;;) {
    const seen = atomics.load(table, NEWS);
    look();
    const entries = readRoll();
    const starters = new Map(entries.map((entry) => [entry.ident, entry.starter]));
    const isBelow = (starter: number | undefined): boolean =>
      starter === ident || (starter !== undefined && isBelow(starters.get(starter)));
    const awaited = entries.some(
      ({ awaited, starter }) => awaited && starter !== ident && isBelow(starter),
    );
    if (!awaited) return;
    atomics.wait(table, NEWS, seen, LOOK_EVERY_MS);
  }
}

function writeName(table: Int32Array, at: number, name: string): void {
  const bytes = Buffer.from(table.buffer, (at + NAME) * 4, NAME_BYTES);
  atomics.store(table, at + NAME_SIZE, bytes.write(name));
}

function readName(table: Int32Array, at: number): string {
  const size = atomics.load(table, at + NAME_SIZE);
  return Buffer.from(table.buffer, (at + NAME) * 4, size).toString();
}
