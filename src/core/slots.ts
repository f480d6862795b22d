/**
 * The table of processes and threads: who exists, what each is called, how to wake it.
 *
 * A thread joins an arena by claiming a slot. Its id is the slot's number with the slot's
 * generation, so an id names one life only and a slot can be used again without anyone taking the
 * newcomer for the dead. Owner words, holders and latches hold ids.
 *
 * State word of a slot (settler's slot << 22 | generation << 2 | phase):
 *   FREE ──claim, CAS──▶ JOINING ──fields written──▶ LIVE ──found ended, CAS──▶ SETTLING
 *     ▲                     └──────────── found ended, CAS ────────────────────────▶ │
 *     └───────────── everything it held is settled ──────────────────────────────────┘
 * A settler that dies is replaced, by CAS of the same word.
 */
import { ResourceLimitError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { GENERATIONS, H_SLOTS, SLOT_COUNT, generationOf, idOf, slotAt, slotOf } from "./layout.ts";

export const FREE = 0;
export const JOINING = 1;
export const LIVE = 2;
export const SETTLING = 3;

// Words of a slot.
export const S_STATE = 0;
export const S_PID = 1;
/** The kernel's number of the thread; 0 where it is not known. */
export const S_TID = 2;
/** The slot of the process's first thread, whose life is the process's. */
export const S_PROCESS = 3;
/** 1 when its event loop sleeps and wants its bell rung. */
export const S_ARMED = 4;
/** The first of its wait records that were woken and are to be looked at by its event loop. */
export const S_READY = 5;
/** What its event loop should look at beside ready records: LOOK_AT_ALL and the like. */
export const S_RESCAN = 6;
/** The word that it sleeps on in a blocking call; 0 when it is awake. */
export const S_SLEEPS_ON = 7;
/** What it waits for in a blocking call: the key of its wait; 0 for nothing. */
export const S_WAITS_FOR = 8;
/** Its doorbell: the number of a pipe in its process, and which pipe that is. */
export const S_BELL = 10;
export const S_BELL_INODE = 11;
export const S_BELL_DEVICE = 12;
/** Its process's lifeline, in the same way. */
export const S_LIFELINE = 13;
export const S_LIFELINE_INODE = 14;
export const S_LIFELINE_DEVICE = 15;
/** 1 while it watches the lifelines of the family. */
export const S_WATCHES = 16;
/** When the thread started, in the kernel's ticks; tells a reused number from the original. */
export const S_STARTED = 17;
/** Node's number of the thread; 0 is a process's main thread. */
export const S_THREAD = 18;
/** 1 when it ended well (see `Ending`); what it then still holds, it keeps. */
export const S_LEFT = 19;
const S_NAME = 20;
const NAME_BYTES = 47;

/** Somebody died who may have left work half done. */
export const LOOK_AT_ALL = 1;
/** A process joined the family. */
export const LOOK_AT_FAMILY = 2;
/** Another took over a memory file that it lingers for, or nobody needs the file any more. */
export const LOOK_AT_FILES = 4;

const SETTLER_SHIFT = 22;

export const stateOf = (generation: number, phase: number, settler = 0): number =>
  (settler << SETTLER_SHIFT) | (generation << 2) | phase;
export const phaseOf = (state: number): number => state & 3;
export const generationIn = (state: number): number => (state >>> 2) & (GENERATIONS - 1);
/** The slot of the thread that settles this one; while it is SETTLING. */
export const settlerIn = (state: number): number => state >>> SETTLER_SHIFT;

export interface SlotInfo {
  readonly pid: number;
  readonly tid: number;
  readonly threadId: number;
  readonly started: number;
  readonly name: string;
  /** The slot of the process's first thread; absent when this is it. */
  readonly process?: number;
}

/**
 * Takes a free slot and returns the id of the new life.
 * @throws ResourceLimitError when all are taken
 */
export function claimSlot(arena: Arena, info: SlotInfo): number {
  const { words } = arena;
  for (let slot = 1; slot < SLOT_COUNT; slot++) {
    const at = slotAt(slot);
    const state = atomics.load(words, at + S_STATE);
    if (phaseOf(state) !== FREE) continue;
    const generation = (generationIn(state) + 1) % GENERATIONS || 1;
    const joining = stateOf(generation, JOINING);
    // Before it is ours, so that nobody who looks for the dead stops short of it.
    noteUse(arena, slot + 1);
    // Another newcomer may take it first; then look for the next.
    if (atomics.compareExchange(words, at + S_STATE, state, joining) !== state) continue;
    for (let word = S_STATE + 1; word < S_NAME; word++) atomics.store(words, at + word, 0);
    atomics.store(words, at + S_TID, info.tid);
    atomics.store(words, at + S_THREAD, info.threadId);
    atomics.store(words, at + S_STARTED, info.started);
    atomics.store(words, at + S_PROCESS, info.process ?? slot);
    writeName(arena, slot, info.name);
    // Last: a newcomer with a pid can be found dead, one without it is not known yet.
    atomics.store(words, at + S_PID, info.pid);
    return idOf(generation, slot);
  }
  throw new ResourceLimitError(
    `all ${SLOT_COUNT - 1} slots for processes and threads are taken; ` +
      `let some end before more are started`,
  );
}

function noteUse(arena: Arena, end: number): void {
  const { words } = arena;
  for (;;) {
    const before = slotsEnd(arena);
    // Another newcomer may raise it meanwhile; it must never fall.
    if (before >= end || atomics.compareExchange(words, H_SLOTS, before, end) === before) return;
  }
}

/** Where the slots end that were ever taken, as a bound for scans. */
export function slotsEnd(arena: Arena): number {
  return atomics.load(arena.words, H_SLOTS);
}

/** Declares a claimed slot alive, after all that others look for is in place. */
export function goLive(arena: Arena, id: number): void {
  const at = slotAt(slotOf(id)) + S_STATE;
  atomics.store(arena.words, at, stateOf(generationOf(id), LIVE));
}

/** Whether this life goes on as far as the table knows; a death may not be settled yet. */
export function isListed(arena: Arena, id: number): boolean {
  const state = atomics.load(arena.words, slotAt(slotOf(id)) + S_STATE);
  return state === stateOf(generationOf(id), LIVE);
}

/** The id of the life that is in a slot now; 0 when nobody lives there. */
export function idIn(arena: Arena, slot: number): number {
  const state = atomics.load(arena.words, slotAt(slot) + S_STATE);
  return phaseOf(state) === LIVE ? idOf(generationIn(state), slot) : 0;
}

/** The ids of all who are listed as alive. */
export function* listed(arena: Arena): Generator<number> {
  for (let slot = 1; slot < slotsEnd(arena); slot++) {
    const id = idIn(arena, slot);
    if (id !== 0) yield id;
  }
}

export function field(arena: Arena, id: number, word: number): number {
  return atomics.load(arena.words, slotAt(slotOf(id)) + word);
}

export function setField(arena: Arena, id: number, word: number, value: number): void {
  atomics.store(arena.words, slotAt(slotOf(id)) + word, value);
}

/** A name that is too long is cut at a whole character. */
export function writeName(arena: Arena, slot: number, name: string): void {
  const at = (slotAt(slot) + S_NAME) * 4;
  let text = name;
  while (Buffer.byteLength(text) > NAME_BYTES) text = text.slice(0, -1);
  arena.bytes[at] = arena.bytes.write(text, at + 1);
}

export function readName(arena: Arena, slot: number): string {
  const at = (slotAt(slot) + S_NAME) * 4;
  return arena.bytes.toString("utf8", at + 1, at + 1 + Math.min(arena.bytes[at]!, NAME_BYTES));
}
