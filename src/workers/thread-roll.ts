/**
 * The roll of this process's threads: who is alive, under which name. One table for all threads,
 * in memory that every Worker inherits with the environment data of the thread that starts it.
 *
 *     word 0: number of names given | entries of 32 words: state, ident, daemon, native id, name
 */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { atomics } from "../core/atomics.ts";

const KEY = "manyhands.roll";
const ENTRIES = 1024;
const ENTRY_WORDS = 32;
const HEAD_WORDS = 4;
const STATE = 0;
const IDENT = 1;
const DAEMON = 2;
const NAME_SIZE = 4;
const NAME = 5;
const NAME_BYTES = (ENTRY_WORDS - NAME) * 4;
const FREE = 0;
const TAKEN = 1;

export interface RollEntry {
  readonly ident: number;
  readonly name: string;
  readonly daemon: boolean;
}

let words: Int32Array | undefined;

function roll(): Int32Array {
  if (words !== undefined) return words;
  let buffer = getEnvironmentData(KEY) as unknown as SharedArrayBuffer | undefined;
  if (buffer === undefined) {
    buffer = new SharedArrayBuffer((HEAD_WORDS + ENTRIES * ENTRY_WORDS) * 4);
    setEnvironmentData(KEY, buffer as never);
  }
  return (words = new Int32Array(buffer));
}

/** Makes sure that Workers started from now on share this thread's roll. */
export function shareRoll(): void {
  roll();
}

/** The number in the name of the next thread. */
export function nextThreadNumber(): number {
  return atomics.add(roll(), 0, 1) + 1;
}

/** Enters a thread; answers where. */
export function enterRoll({ ident, name, daemon }: RollEntry): number {
  const table = roll();
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = HEAD_WORDS + entry * ENTRY_WORDS;
    if (atomics.compareExchange(table, at + STATE, FREE, TAKEN) !== FREE) continue;
    atomics.store(table, at + IDENT, ident);
    atomics.store(table, at + DAEMON, daemon ? 1 : 0);
    writeName(table, at, name);
    return at;
  }
  return -1;
}

export function leaveRoll(at: number): void {
  if (at >= 0) atomics.store(roll(), at + STATE, FREE);
}

/** The threads on the roll; the first thread of the process is not on it. */
export function readRoll(): RollEntry[] {
  const table = roll();
  const entries: RollEntry[] = [];
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = HEAD_WORDS + entry * ENTRY_WORDS;
    if (atomics.load(table, at + STATE) === FREE) continue;
    entries.push({
      ident: atomics.load(table, at + IDENT),
      name: readName(table, at),
      daemon: atomics.load(table, at + DAEMON) === 1,
    });
  }
  return entries;
}

function writeName(table: Int32Array, at: number, name: string): void {
  const bytes = Buffer.from(table.buffer, (at + NAME) * 4, NAME_BYTES);
  atomics.store(table, at + NAME_SIZE, bytes.write(name));
}

function readName(table: Int32Array, at: number): string {
  const size = atomics.load(table, at + NAME_SIZE);
  return Buffer.from(table.buffer, (at + NAME) * 4, size).toString();
}
