/**
 * The words of a barrier: parties wait until all have come.
 *
 *   STATE PARTIES ACTION TIMEOUT GENERATION ACTOR
 *
 *   FILLING ──the last party came──▶ RELEASING ──all are let go──▶ FILLING
 *           ──it has an action──▶ ACTING ──done──▶ RELEASING
 *   any     ──abort, a time that ran out, a dead party, an action that failed──▶ BROKEN
 *   any     ──reset──▶ RESETTING ──all are turned away──▶ FILLING
 *
 * How many came is how many are queued, so one that leaves or dies need not be counted off. While
 * the action runs newcomers queue for the next round, under another key. RELEASING and RESETTING
 * last as long as the latch: who finds them takes over from a dead holder and goes on. The note of
 * a record is its index in the round and whether its thread knows the action.
 */
import { atomics } from "../core/atomics.ts";
import { holderOf, isRetainedBy } from "../core/blocks.ts";
import type { Ending } from "../core/kinds.ts";
import type { Member } from "../core/member.ts";
import { W_NOTE, bucketFor, count, first, following, move } from "../core/queues.ts";
import { WAIT } from "../core/waitable.ts";
import { grant, latched } from "../core/wake.ts";
import { WORDS_AT } from "./shared-object.ts";

const STATE: number = WORDS_AT;
const PARTIES: number = WORDS_AT + 1;
/** 1 when one of the parties is to run an action. */
const ACTION: number = WORDS_AT + 2;
/** How long a wait may take when it does not say; -1 for ever. */
const TIMEOUT: number = WORDS_AT + 3;
/** Changes with each round, reset and break, so that an actor knows whether its round is over. */
const GENERATION: number = WORDS_AT + 4;
const ACTOR: number = WORDS_AT + 5;
export const BARRIER_WORDS = 6;

const FILLING = 0;
const ACTING = 1;
const RELEASING = 2;
const BROKEN = 3;
const RESETTING = 4;

/** Tokens of waits: an index, an index with the duty to run the action first, or turned away. */
export const ACT: number = 1 << 28;
export const TURNED_AWAY: number = 1 << 29;

const CAN_ACT = 1;

export interface BarrierShape {
  readonly parties: number;
  readonly hasAction: boolean;
  /** Infinity for no limit. */
  readonly timeoutMs: number;
}

const get = (member: Member, block: number, word: number): number =>
  atomics.load(member.arena.words, block + word);
const set = (member: Member, block: number, word: number, value: number): void =>
  atomics.store(member.arena.words, block + word, value);

export function writeShape(member: Member, block: number, shape: BarrierShape): void {
  const limit = Math.ceil(shape.timeoutMs);
  set(member, block, PARTIES, shape.parties);
  set(member, block, ACTION, shape.hasAction ? 1 : 0);
  set(member, block, TIMEOUT, limit < 2 ** 31 ? limit : -1);
}

export function readShape(member: Member, block: number): BarrierShape {
  const limit = get(member, block, TIMEOUT);
  return {
    parties: get(member, block, PARTIES),
    hasAction: get(member, block, ACTION) === 1,
    timeoutMs: limit < 0 ? Infinity : limit,
  };
}

export const isBroken = (member: Member, block: number): boolean =>
  get(member, block, STATE) === BROKEN;
export const generationOf = (member: Member, block: number): number =>
  get(member, block, GENERATION);

/** Where those queue who come while the action of a round runs. */
const nextRound = (block: number): number => block + 1;

/** How many wait. Under the latch. */
export function countWaiting(member: Member, block: number): number {
  const { arena } = member;
  const bucket = bucketFor(block);
  return count(arena, bucket, block) + count(arena, bucket, nextRound(block));
}

function* queued(member: Member, block: number, key: number): Generator<number> {
  let record = first(member.arena, bucketFor(block), key);
  while (record !== 0) {
    const next = following(member.arena, record, key);
    yield record;
    record = next;
  }
}

/**
 * One comes, or one who waits looks again. A token, or WAIT with the key to be queued for.
 * Under the latch.
 */
export function arrive(
  member: Member,
  block: number,
  record: number,
  canAct: boolean,
): { readonly token: number; readonly key: number } {
  finish(member, block);
  const state = get(member, block, STATE);
  if (state === BROKEN) return { token: TURNED_AWAY, key: block };
  atomics.store(member.arena.words, record + W_NOTE, canAct ? CAN_ACT : 0);
  if (state === ACTING) return { token: WAIT, key: nextRound(block) };
  const came = count(member.arena, bucketFor(block), block) + 1;
  if (came < get(member, block, PARTIES)) return { token: WAIT, key: block };
  return { token: complete(member, block, record), key: block };
}

/** One who waits looks again: whatever there is to go on with is done. Under the latch. */
export function look(member: Member, block: number): number {
  finish(member, block);
  return WAIT;
}

/** All are there, `last` among them but not queued (0: all are). What `last` is to do. */
function complete(member: Member, block: number, last: number): number {
  const { words } = member.arena;
  let index = 0;
  let actor = 0;
  const parties = Array.from(queued(member, block, block));
  if (last !== 0) parties.push(last);
  for (const record of parties) {
    const canAct = atomics.load(words, record + W_NOTE) & CAN_ACT;
    atomics.store(words, record + W_NOTE, (index++ << 1) | canAct);
    if (canAct) actor = record;
  }
  if (get(member, block, ACTION) === 0) {
    letGo(member, block);
    return last === 0 ? WAIT : index - 1;
  }
  if (actor === 0) {
    turnAway(member, block, BROKEN);
    return TURNED_AWAY;
  }
  const token = ACT | (atomics.load(words, actor + W_NOTE) >> 1);
  set(member, block, ACTOR, actor === last ? member.id : holderOf(member.arena, actor));
  set(member, block, STATE, ACTING);
  if (actor === last) return token;
  grant(member, actor, token);
  return WAIT;
}

/** Lets the round go. */
function letGo(member: Member, block: number): void {
  set(member, block, STATE, RELEASING);
  for (const record of queued(member, block, block)) {
    grant(member, record, atomics.load(member.arena.words, record + W_NOTE) >> 1);
  }
  set(member, block, GENERATION, get(member, block, GENERATION) + 1);
  set(member, block, STATE, FILLING);
}

/** Moves those who came during the action into the next round, and completes it if they are all. */
function admit(member: Member, block: number): void {
  const { arena } = member;
  const bucket = bucketFor(block);
  while (get(member, block, STATE) === FILLING) {
    const record = first(arena, bucket, nextRound(block));
    if (record === 0) return;
    move(arena, bucket, record, block);
    const came = count(arena, bucket, block);
    if (came === get(member, block, PARTIES)) complete(member, block, 0);
  }
}

/** Turns everybody away, for good (BROKEN) or to begin anew (RESETTING). */
function turnAway(member: Member, block: number, state: number): void {
  set(member, block, GENERATION, get(member, block, GENERATION) + 1);
  set(member, block, STATE, state);
  for (const key of [block, nextRound(block)]) {
    for (const record of queued(member, block, key)) grant(member, record, TURNED_AWAY);
  }
  if (state === RESETTING) set(member, block, STATE, FILLING);
}

/** Goes on with what a holder of the latch began that died. */
function finish(member: Member, block: number): void {
  const state = get(member, block, STATE);
  if (state === RELEASING) letGo(member, block);
  else if (state === RESETTING) turnAway(member, block, RESETTING);
  else if (state === BROKEN && countWaiting(member, block) > 0) turnAway(member, block, BROKEN);
  admit(member, block);
}

const inOrder = <R>(member: Member, block: number, body: () => R): R =>
  latched(member, bucketFor(block), () => {
    finish(member, block);
    return body();
  });

/** Breaks the barrier: everybody who waits or comes is turned away. Under the latch. */
export function breakUp(member: Member, block: number): void {
  if (get(member, block, STATE) !== BROKEN) turnAway(member, block, BROKEN);
}

export function abortBarrier(member: Member, block: number): void {
  inOrder(member, block, () => breakUp(member, block));
}

export function resetBarrier(member: Member, block: number): void {
  inOrder(member, block, () => turnAway(member, block, RESETTING));
}

/**
 * The action of a round ended: lets all go, or breaks the barrier. False when the round is no more.
 */
export function endAction(member: Member, block: number, round: number, ok: boolean): boolean {
  return inOrder(member, block, () => {
    const isOver = get(member, block, GENERATION) !== round;
    if (isOver || get(member, block, STATE) !== ACTING) return false;
    set(member, block, ACTOR, 0);
    if (ok) {
      letGo(member, block);
      admit(member, block);
    } else {
      breakUp(member, block);
    }
    return ok;
  });
}

/** A barrier breaks when somebody dies who has it, or who leaves while it runs the action. */
export function settleBarrier(member: Member, block: number, id: number, ending: Ending): void {
  const acted = get(member, block, STATE) === ACTING && get(member, block, ACTOR) === id;
  const isParty = ending === "died" && isRetainedBy(member.arena, block, id);
  if (acted || isParty) abortBarrier(member, block);
}
