/**
 * In which order locks are taken, noted for all threads of an arena while somebody looks for
 * deadlocks: two locks that are taken in both orders can deadlock, though they have not yet.
 *
 *   table   1,024 × (BEFORE, AFTER), found by hashing; entries are never moved
 *
 * An entry is claimed by writing BEFORE and complete with AFTER; both go when either lock does, and
 * make room for another. Two who add one pair at once may make two entries of it.
 *
 *   BEFORE   0 never used ──claim, CAS──▶ lock ──lock gone, CAS──▶ DELETED ──claim, CAS──▶ lock
 */
import type { Arena } from "../core/arena.ts";
import { atomics } from "../core/atomics.ts";
import { type Handle, OBJECT_AT, countMessage } from "../core/blocks.ts";
import { registerKind } from "../core/kinds.ts";
import { H_ORDERS } from "../core/layout.ts";
import type { Member } from "../core/member.ts";
import { KIND_ORDERS } from "./kinds.ts";
import { type SharedObject, nameOf } from "./shared-object.ts";

const ENTRIES = 1_024;
const DELETED = -1;

/** The table of an arena, 0 while there is none. */
const tableOf = (arena: Arena): number => atomics.load(arena.words, H_ORDERS);

function makeTable(member: Member): number {
  const { arena } = member;
  const handle = member.create(KIND_ORDERS, ENTRIES * 2);
  // It lives as long as the arena, whoever made it.
  countMessage(arena, handle.block, 1);
  const was = atomics.compareExchange(arena.words, H_ORDERS, 0, handle.block);
  if (was === 0) return handle.block;
  countMessage(arena, handle.block, -1);
  member.letGo(handle);
  return was;
}

/** Adds an entry; true if it is new. A full table takes no more. */
function add(arena: Arena, table: number, before: number, after: number): boolean {
  const { words } = arena;
  const start = Math.imul(before ^ Math.imul(after, 31), 0x9e37_79b1) >>> 22;
  const free: number[] = [];
  for (let step = 0; step < ENTRIES; step++) {
    const at = table + OBJECT_AT + ((start + step) % ENTRIES) * 2;
    const found = atomics.load(words, at);
    if (found === before && atomics.load(words, at + 1) === after) return false;
    if (found <= 0) free.push(at);
    if (found === 0) break;
  }
  for (const at of free) {
    const was = atomics.load(words, at);
    // Another thread may have taken it since.
    if (was > 0 || atomics.compareExchange(words, at, was, before) !== was) continue;
    atomics.store(words, at + 1, after);
    return true;
  }
  return false;
}

/** Whether `to` was ever taken, over however many others, while `from` was held. */
function leadsTo(arena: Arena, table: number, from: number, to: number): boolean {
  const afters = new Map<number, number[]>();
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = table + OBJECT_AT + entry * 2;
    const before = atomics.load(arena.words, at);
    const after = atomics.load(arena.words, at + 1);
    if (before <= 0 || after === 0) continue;
    const list = afters.get(before);
    if (list === undefined) afters.set(before, [after]);
    else list.push(after);
  }
  const seen = new Set([from]);
  for (const lock of seen) {
    if (lock === to) return true;
    for (const after of afters.get(lock) ?? []) seen.add(after);
  }
  return false;
}

/** What this thread has told the table while it has both locks, so that it need not look again. */
const told = new WeakMap<SharedObject, WeakSet<SharedObject>>();

/** This thread takes `after` while it holds `before`. Warns if somebody does it the other way. */
export function noteOrder(before: SharedObject, after: SharedObject): void {
  let afters = told.get(before);
  if (afters === undefined) told.set(before, (afters = new WeakSet()));
  if (afters.has(after)) return;
  afters.add(after);
  const [first, second] = [before.handle, after.handle];
  const { member } = before;
  const { arena } = member;
  const table = tableOf(arena) || makeTable(member);
  if (!add(arena, table, first.block, second.block)) return;
  if (leadsTo(arena, table, second.block, first.block)) warn(arena, before, after);
}

function warn(arena: Arena, before: SharedObject, after: SharedObject): void {
  const [first, second] = [before, after].map(({ handle }) => `"${nameOf(arena, handle.block)}"`);
  process.emitWarning(
    `${second} is taken here while ${first} is held, and elsewhere the other way round: two who ` +
      `do both at once wait for each other for ever. Take them in one order, or with holdAll()`,
    { type: "LockOrderWarning", code: "MANYHANDS_LOCK_ORDER" },
  );
}

/** A lock is gone: what is known of its order would be taken for that of the next in its place. */
export function forgetOrder({ arena }: Member, { block }: Handle): void {
  const table = tableOf(arena);
  if (table === 0) return;
  for (let entry = 0; entry < ENTRIES; entry++) {
    const at = table + OBJECT_AT + entry * 2;
    const before = atomics.load(arena.words, at);
    const after = atomics.load(arena.words, at + 1);
    if (before <= 0 || (before !== block && after !== block)) continue;
    // In this order, and only what was read: once deleted, it may be another's at any moment.
    atomics.compareExchange(arena.words, at + 1, after, 0);
    atomics.compareExchange(arena.words, at, before, DELETED);
  }
}

registerKind(KIND_ORDERS, { name: "orders of locks", shared: true });
