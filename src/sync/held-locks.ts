/**
 * What this thread holds, and where it took it; kept only while somebody looks for deadlocks.
 *
 * Taking a note of the stack costs a microsecond, so a thread that takes locks without pause notes
 * only some of them: the last note then stands for its like. A thread that has to wait publishes
 * its notes in shared memory, since it cannot tell anybody while it sleeps.
 */
import { atomics } from "../core/atomics.ts";
import { holderOf, isInUse, kindOf, stampOf } from "../core/blocks.ts";
import { KIND_BYTES } from "../core/kinds.ts";
import type { Member } from "../core/member.ts";
import { isOwnFrame } from "../core/own-frames.ts";
import { withStack } from "../core/without-stack.ts";
import { noteOrder } from "./lock-order.ts";
import { STACK, ownerOf } from "./lock-word.ts";
import { BARE, SYNC } from "./owner-flow.ts";
import { readText, writeText } from "./text.ts";
import type { SharedObject } from "./shared-object.ts";

/** A lock, as far as this file has to know. */
export interface Lockable extends SharedObject {
  /** What is noted of its being held by this thread. */
  note: Note | undefined;
}

export interface Note {
  readonly lock: WeakRef<Lockable>;
  /** The scope that took it; 0 is the thread, BARE is nobody in particular. */
  scope: number;
  /** Where it was taken. */
  place: Error | undefined;
}

/** Weakly, since a lock may be dropped while it is held; a place keeps it, too, so that is its. */
const held: WeakRef<Lockable>[] = [];
const dropped = new FinalizationRegistry<WeakRef<Lockable>>(forget);

function forget(lock: WeakRef<Lockable>): void {
  const index = held.lastIndexOf(lock);
  if (index >= 0) held.splice(index, 1);
}

/** So many stacks are noted in a row, then one of so many; and anew after this time. */
const IN_A_ROW = 200;
const ONE_OF = 1_024;
const ANEW_MS = 50;
let budget = IN_A_ROW;
let skipped = 0;
let emptySince = 0;

const FRAMES = 6;
/** With those of this library's words and of the scopes that they make, which come first. */
const CAPTURED = 20;
const STACK_WORDS = 240;

function noteStack(place: Error | undefined): Error | undefined {
  if (budget === 0) {
    if (++skipped % ONE_OF !== 0) return place;
    if (performance.now() - emptySince > ANEW_MS) budget = IN_A_ROW;
  } else if (--budget === 0) {
    emptySince = performance.now();
  }
  return withStack(CAPTURED, () => new Error("taken"));
}

/** This thread took a lock. */
export function noteTaken(lock: Lockable, flow: number): void {
  const note = (lock.note ??= newNote(lock));
  const scope = flow === BARE ? BARE : flow & ~SYNC;
  // Taken again by its owner; or released by another thread, unnoticed, and taken anew.
  if (held.includes(note.lock)) return;
  note.scope = scope;
  note.place = noteStack(note.place);
  if (held.length > 0 && scope !== BARE) noteOrders(lock, scope);
  held.push(note.lock);
}

function newNote(lock: Lockable): Note {
  const note = { lock: new WeakRef(lock), scope: 0, place: undefined };
  dropped.register(lock, note.lock);
  return note;
}

function noteOrders(lock: Lockable, scope: number): void {
  for (let index = held.length - 1; index >= 0; index--) {
    const before = held[index]!.deref();
    if (before === undefined || !isOurs(before)) held.splice(index, 1);
    else if (before.note!.scope === scope && before.member === lock.member) noteOrder(before, lock);
  }
}

const isOurs = ({ member, handle }: Lockable): boolean =>
  ownerOf(member, handle.block) === member.id;

/** This thread is about to release a lock. */
export function noteRelease(lock: Lockable): void {
  unpublish(lock);
  if (lock.note !== undefined) forget(lock.note.lock);
}

/** The lines of a stack that tell where in the program the lock was taken. */
function linesOf(place: Error): string {
  const lines = (place.stack ?? "").split("\n").slice(1);
  // The library's own are not all at the top: a `run` makes a scope, by means of Node.
  const programs = lines.filter((line) => !isOwnFrame(line) && !line.includes("(node:"));
  return programs
    .slice(0, FRAMES)
    .map((line) => `\n      ${line.trim()}`)
    .join("");
}

/** Where this thread took a lock; undefined when that was not noted. */
export function firstStack(_member: Member, block: number): string | undefined {
  const lock = held.map((one) => one.deref()).find((one) => one?.handle.block === block);
  const place = lock?.note?.place;
  return place === undefined ? undefined : linesOf(place);
}

/** Lets others see where the locks were taken that this thread holds while it waits. */
export function publishStacks(member: Member): void {
  const { words } = member.arena;
  for (const one of held) {
    const lock = one.deref();
    if (lock?.member !== member || lock.note?.place === undefined) continue;
    const at = lock.handle.block + STACK;
    if (atomics.load(words, at) !== 0) continue;
    const text = member.allocator.allocate(STACK_WORDS * 4, KIND_BYTES);
    writeText(member.arena, text, STACK_WORDS, linesOf(lock.note.place));
    atomics.store(words, at, text);
  }
}

function unpublish({ member, handle }: Lockable): void {
  const at = handle.block + STACK;
  // Only who holds the lock writes this word.
  const text = member.arena.words[at]!;
  if (text === 0) return;
  atomics.store(member.arena.words, at, 0);
  if (isStackOf(member, text, member.id)) member.allocator.free(text);
}

function isStackOf({ arena }: Member, text: number, id: number): boolean {
  if (!isInUse(stampOf(arena, text)) || kindOf(arena, text) !== KIND_BYTES) return false;
  return holderOf(arena, text) === id;
}

/** Where `owner`, which waits, took a lock; undefined when it did not say. */
export function stackOf(member: Member, block: number, owner: number): string | undefined {
  const text = atomics.load(member.arena.words, block + STACK);
  if (text === 0 || !isStackOf(member, text, owner)) return undefined;
  return readText(member.arena, text, STACK_WORDS);
}
