/**
 * Queues of waiters: who sleeps for what, in order of arrival.
 *
 * Each waiter is a block of its own, its *record*. Records hang in 512 buckets, chosen by the block
 * that is waited for (`home`), each a doubly linked list under a latch. A record in a bucket names
 * what it waits for (`key`), since several things share a bucket.
 *
 *   bucket   LATCH  HEAD  TAIL  TICKET
 *   record   STATE  TOKEN  KEY  BUCKET  NEXT  PREV  TICKET  FLOW  MODE  READY  NOTE
 *
 * State of a record:
 *   QUEUED ──somebody thinks it can go on──▶ NOTIFIED ──it looked, and cannot──▶ QUEUED
 *   QUEUED or NOTIFIED ──what it waits for is given to it──▶ GIVEN ──out of the queue──▶ GRANTED
 *
 * A record is queued while its key is not zero, whatever the links say. So when a latch's holder
 * died in the middle of changing links, the list is rebuilt from the records, in ticket order.
 */
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { isInUse, kindOf, stampOf } from "./blocks.ts";
import { KIND_WAITER } from "./kinds.ts";
import { BUCKETS_AT, BUCKET_COUNT, BUCKET_WORDS } from "./layout.ts";
import { eachBlock } from "./superblocks.ts";

const HEAD = 1;
const TAIL = 2;
const TICKET = 3;

export const W_STATE = 0;
export const W_TOKEN = 1;
export const W_KEY = 2;
export const W_BUCKET = 3;
const W_NEXT = 4;
const W_PREV = 5;
export const W_TICKET = 6;
/** The flow that waits, where the same thread may hold in one flow and wait in another. */
export const W_FLOW = 7;
/** How the waiter is reached: by waking its thread, or through its event loop. */
export const W_MODE = 8;
/** Its place in the list of records that an event loop should look at; 0 when it is in none. */
export const W_READY = 9;
/** For the primitive's own use, until its wait is over; 0 in a record that is used by none. */
export const W_NOTE = 10;
export const RECORD_BYTES = 44;

export const QUEUED = 0;
export const NOTIFIED = 1;
export const GRANTED = 2;
/** It is being granted: decided, but not out of its queue yet. Lasts as long as the latch. */
export const GIVEN = 3;

export const BLOCKING = 0;
export const IN_LOOP = 1;
/** As one of several: its thread sleeps on the record that W_NOTE names. */
export const ONE_OF_MANY = 2;

/** The bucket for waiters of the block `home`; things that change together share a home. */
export function bucketFor(home: number): number {
  // Blocks lie 16 words apart at least; the multiplication spreads their numbers.
  const spread = Math.imul(home >>> 4, 0x9e37_79b1) >>> 16;
  return BUCKETS_AT + (spread & (BUCKET_COUNT - 1)) * BUCKET_WORDS;
}

/** Puts a record at the end of the queue for `key`. Under the latch, as all that follows. */
export function enqueue(arena: Arena, bucket: number, record: number, key: number): void {
  const { words } = arena;
  const ticket = (atomics.load(words, bucket + TICKET) + 1) | 0;
  atomics.store(words, bucket + TICKET, ticket);
  atomics.store(words, record + W_TICKET, ticket);
  atomics.store(words, record + W_BUCKET, bucket);
  atomics.store(words, record + W_STATE, QUEUED);
  atomics.store(words, record + W_KEY, key);
  append(arena, bucket, record);
}

function append(arena: Arena, bucket: number, record: number): void {
  const { words } = arena;
  const tail = atomics.load(words, bucket + TAIL);
  atomics.store(words, record + W_NEXT, 0);
  atomics.store(words, record + W_PREV, tail);
  if (tail === 0) atomics.store(words, bucket + HEAD, record);
  else atomics.store(words, tail + W_NEXT, record);
  atomics.store(words, bucket + TAIL, record);
}

/** Takes a record out of whatever queue it is in. */
export function dequeue(arena: Arena, bucket: number, record: number): void {
  const { words } = arena;
  if (atomics.load(words, record + W_KEY) === 0) return;
  atomics.store(words, record + W_KEY, 0);
  unlink(arena, bucket, record);
}

function unlink(arena: Arena, bucket: number, record: number): void {
  const { words } = arena;
  const next = atomics.load(words, record + W_NEXT);
  const previous = atomics.load(words, record + W_PREV);
  if (previous === 0) atomics.store(words, bucket + HEAD, next);
  else atomics.store(words, previous + W_NEXT, next);
  if (next === 0) atomics.store(words, bucket + TAIL, previous);
  else atomics.store(words, next + W_PREV, previous);
}

/**
 * Moves a queued record to the end of the queue for another key of the same home. It changes queues
 * by one store, so whoever dies in the middle leaves it in one or the other, never in none.
 */
export function move(arena: Arena, bucket: number, record: number, key: number): void {
  const { words } = arena;
  const ticket = (atomics.load(words, bucket + TICKET) + 1) | 0;
  atomics.store(words, bucket + TICKET, ticket);
  atomics.store(words, record + W_TICKET, ticket);
  atomics.store(words, record + W_KEY, key);
  unlink(arena, bucket, record);
  append(arena, bucket, record);
}

function seek(arena: Arena, from: number, key: number): number {
  let record = from;
  while (record !== 0 && atomics.load(arena.words, record + W_KEY) !== key) {
    record = atomics.load(arena.words, record + W_NEXT);
  }
  return record;
}

/** The waiter for `key` that came first; 0 when there is none. */
export function first(arena: Arena, bucket: number, key: number): number {
  return seek(arena, atomics.load(arena.words, bucket + HEAD), key);
}

/** The waiter for the same key that came after `record`. */
export function following(arena: Arena, record: number, key: number): number {
  return seek(arena, atomics.load(arena.words, record + W_NEXT), key);
}

/** How many wait for `key`. */
export function count(arena: Arena, bucket: number, key: number): number {
  let waiters = 0;
  let record = first(arena, bucket, key);
  for (; record !== 0; record = following(arena, record, key)) waiters++;
  return waiters;
}

/** All records of the arena, wherever they are. */
export function eachRecord(arena: Arena, visit: (record: number) => void): void {
  eachBlock(arena, (block) => {
    if (kindOf(arena, block) === KIND_WAITER && isInUse(stampOf(arena, block))) visit(block);
  });
}

/** Makes the list anew from the records, after somebody died while changing it. */
export function rebuild(arena: Arena, bucket: number): void {
  const { words } = arena;
  const queued: number[] = [];
  eachRecord(arena, (record) => {
    if (atomics.load(words, record + W_KEY) === 0) return;
    if (atomics.load(words, record + W_BUCKET) === bucket) queued.push(record);
  });
  const ticketOf = (record: number) => atomics.load(words, record + W_TICKET);
  queued.sort((a, b) => (ticketOf(a) - ticketOf(b)) | 0);
  atomics.store(words, bucket + HEAD, 0);
  atomics.store(words, bucket + TAIL, 0);
  for (const record of queued) append(arena, bucket, record);
}
