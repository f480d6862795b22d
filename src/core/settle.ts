/**
 * Death: finding it, and putting in order whatever the dead held, waited for or had begun.
 *
 * Any live thread that notices a death settles it for all. One at a time does it for one slot; if
 * it dies itself, the next takes over, so each step may run twice and must not mind. When the slot
 * is free again, nothing in the arena names the dead.
 *
 *   1. its waits leave their queues, and those behind them look for themselves
 *   2. each shared object settles by the policy of its kind: locks pass on, permits come back …
 *   3. what it had is let go; blocks that died with it are freed; what it was about to free, too
 *   4. its superblocks are orphans, to be adopted
 *   5. event loops look at all their waits: it may have died between changing a wait and telling
 */
import * as atomics from "./atomics.ts";
import { holderOf, isInUse, isRetainedBy, kindOf, stampOf } from "./blocks.ts";
import { type Ending, policyOf } from "./kinds.ts";
import { isAlive } from "./latch.ts";
import { NOBODY, SLOT_COUNT, generationOf, idOf, slotAt, slotOf } from "./layout.ts";
import type { Member } from "./member.ts";
import { W_BUCKET, W_KEY, dequeue, eachRecord } from "./queues.ts";
import {
  FREE,
  LIVE,
  LOOK_AT_ALL,
  SETTLING,
  S_LEFT,
  S_PID,
  S_PROCESS,
  S_RESCAN,
  S_SETTLER,
  S_STATE,
  field,
  isListed,
  listed,
  phaseOf,
  stateOf,
} from "./slots.ts";
import { eachBlock } from "./superblocks.ts";
import { latched, notifyAll } from "./wake.ts";

/** Settles those of `ids` that are dead. */
export function settleIfDead(member: Member, ids: Iterable<number>): void {
  for (const id of ids) {
    if (id === NOBODY || id === member.id || !isListed(member.arena, id)) continue;
    if (!isAlive(member.arena, id)) settle(member, id);
  }
}

/** Looks through all slots for deaths that nobody noticed. */
export function sweep(member: Member): void {
  settleIfDead(member, listed(member.arena));
  finishAbandonedSettlings(member);
}

/** Settles the process `pid`, which its parent knows to have ended, and its threads. */
export function settleProcess(member: Member, pid: number): void {
  const { arena } = member;
  for (const id of listed(arena)) {
    if (field(arena, id, S_PID) !== pid || field(arena, id, S_PROCESS) !== slotOf(id)) continue;
    // A newcomer may have the same number already.
    if (!arena.life.isAlive(slotOf(id))) settle(member, id);
  }
}

/**
 * Puts in order what a life that is over left behind. To be called when that is certain; returns
 * when it is done, by us or by another who was faster.
 */
export function settle(member: Member, id: number): void {
  const { arena } = member;
  const at = slotAt(slotOf(id));
  const generation = generationOf(id);
  const live = stateOf(generation, LIVE);
  atomics.compareExchange(arena.words, at + S_STATE, live, stateOf(generation, SETTLING));
  if (claimSettling(member, at, generation)) settleAs(member, id, at);
}

/** Of several who want to settle one slot, one does; after its death another. */
function claimSettling(member: Member, at: number, generation: number): boolean {
  const { words } = member.arena;
  for (;;) {
    if (atomics.load(words, at + S_STATE) !== stateOf(generation, SETTLING)) return false;
    const settler = atomics.load(words, at + S_SETTLER);
    if (settler === member.id) return true;
    if (settler !== 0 && isAlive(member.arena, settler)) return false;
    const was = atomics.compareExchange(words, at + S_SETTLER, settler, member.id);
    if (was === settler) return true;
  }
}

function settleAs(member: Member, id: number, at: number): void {
  const { arena } = member;
  const ending: Ending = field(arena, id, S_LEFT) === 1 ? "left" : "died";
  settleThreadsOf(member, id);
  leaveQueues(member, id);
  settleObjects(member, id, ending);
  freeBlocks(member, id);
  member.allocator.disown(id);
  atomics.store(arena.words, at + S_SETTLER, 0);
  atomics.store(arena.words, at + S_STATE, stateOf(generationOf(id), FREE));
  tellLoops(member);
}

/** Threads end with their process. */
function settleThreadsOf(member: Member, id: number): void {
  const { arena } = member;
  if (field(arena, id, S_PROCESS) !== slotOf(id)) return;
  for (const other of listed(arena)) {
    if (other === id || field(arena, other, S_PROCESS) !== slotOf(id)) continue;
    settle(member, other);
  }
}

function leaveQueues(member: Member, id: number): void {
  const { arena } = member;
  eachRecord(arena, (record) => {
    if (holderOf(arena, record) !== id) return;
    const bucket = atomics.load(arena.words, record + W_BUCKET);
    if (bucket === 0) return;
    latched(member, bucket, () => {
      const key = atomics.load(arena.words, record + W_KEY);
      if (key === 0) return;
      dequeue(arena, bucket, record);
      // It may have been notified, and taken the turn with it.
      notifyAll(member, bucket, key);
    });
  });
}

function settleObjects(member: Member, id: number, ending: Ending): void {
  const { arena } = member;
  eachBlock(arena, (block) => {
    if (!isInUse(stampOf(arena, block))) return;
    policyOf(kindOf(arena, block))?.settle?.(member, block, id, ending);
  });
}

function freeBlocks(member: Member, id: number): void {
  const { arena, allocator } = member;
  eachBlock(arena, (block) => {
    // A block names its holder before it is marked as taken: so read the mark first, which
    // `eachBlock` did, and the holder after it.
    const holder = holderOf(arena, block);
    const stamp = stampOf(arena, block);
    if (holder === id) {
      if (!isInUse(stamp)) allocator.finish(block);
      else if (isShared(arena, block)) member.destroy({ block, stamp }, id);
      else allocator.freeFrom(id, { block, stamp });
    } else if (holder === NOBODY && isInUse(stamp) && isShared(arena, block)) {
      if (!isRetainedBy(arena, block, id)) return;
      member.letGoFor(id, { block, stamp });
    }
  });
}

/** Whether a block begins with the bits of those who have it. */
function isShared(arena: Member["arena"], block: number): boolean {
  return policyOf(kindOf(arena, block))?.shared === true;
}

function tellLoops(member: Member): void {
  const { arena } = member;
  for (const id of listed(arena)) {
    atomics.or(arena.words, slotAt(slotOf(id)) + S_RESCAN, LOOK_AT_ALL);
    if (id === member.id) member.loop?.lookSoon();
    else arena.bells.ring(id);
  }
}

/** Slots whose settler died in the middle. */
function finishAbandonedSettlings(member: Member): void {
  const { arena } = member;
  for (let slot = 1; slot < SLOT_COUNT; slot++) {
    const at = slotAt(slot);
    const state = atomics.load(arena.words, at + S_STATE);
    if (phaseOf(state) !== SETTLING) continue;
    const generation = state >>> 2;
    if (claimSettling(member, at, generation)) settleAs(member, idOf(generation, slot), at);
  }
}
