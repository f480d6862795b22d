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
import { atomics } from "./atomics.ts";
import {
  changerOf,
  holderOf,
  isClosed,
  isForgotten,
  isInUse,
  isRetainedBy,
  kindOf,
  stampOf,
} from "./blocks.ts";
import { type Ending, policyOf } from "./kinds.ts";
import { isAlive } from "./latch.ts";
import { NOBODY, generationOf, idOf, slotAt, slotOf } from "./layout.ts";
import type { Member } from "./member.ts";
import { W_BUCKET, W_KEY, dequeue, eachRecord } from "./queues.ts";
import {
  FREE,
  JOINING,
  LIVE,
  LOOK_AT_ALL,
  SETTLING,
  S_LEFT,
  S_PID,
  S_PROCESS,
  S_RESCAN,
  S_STARTED,
  S_STATE,
  S_TID,
  field,
  generationIn,
  idIn,
  listed,
  phaseOf,
  settlerIn,
  slotsEnd,
  stateOf,
} from "./slots.ts";
import { eachBlock } from "./superblocks.ts";
import { isRunning } from "./threads.ts";
import { latched, notifyAll } from "./wake.ts";

/**
 * Settles those of `ids` that are dead, unless a living thread is at it. Says whether any was: then
 * it pays to look again for what they had.
 */
export function settleIfDead(member: Member, ids: Iterable<number>): boolean {
  let found = false;
  for (const id of ids) {
    if (id === NOBODY || id === member.id || isAlive(member.arena, id)) continue;
    settle(member, id);
    found = true;
  }
  return found;
}

/** Looks through all slots for deaths that nobody noticed, and settlings that nobody finished. */
export function sweep(member: Member): void {
  for (let slot = 1; slot < slotsEnd(member.arena); slot++) lookInto(member, slot);
  member.arena.bells.forgetDead();
}

const lookers = new Set<() => void>();

/**
 * Calls `look` now and then while this thread blocks, for what only its event loop would hear of.
 * Returns what ends that.
 */
export function onLookAround(look: () => void): () => void {
  lookers.add(look);
  return () => lookers.delete(look);
}

/** How many slots one look around takes. */
const LOOKS = 4;

/**
 * Looks into the next few slots that are taken, for deaths that nobody noticed. Those who sleep do
 * it now and then, in turn through all: then a death is found even when all who would hear of it
 * sleep.
 */
export function lookAround(member: Member): void {
  for (const look of lookers) look();
  const last = slotsEnd(member.arena) - 1;
  for (let seen = 0, looks = 0; seen < last && looks < LOOKS; seen++) {
    member.lookedInto = (member.lookedInto % last) + 1;
    if (lookInto(member, member.lookedInto)) looks++;
  }
}

/** False for a slot that is free. */
function lookInto(member: Member, slot: number): boolean {
  const { arena } = member;
  const at = slotAt(slot);
  const state = atomics.load(arena.words, at + S_STATE);
  const phase = phaseOf(state);
  if (phase === FREE || slot === member.slot) return false;
  const id = idOf(generationIn(state), slot);
  if (phase === SETTLING || (phase === LIVE && !isAlive(arena, id))) settle(member, id);
  if (phase !== JOINING) return true;
  // A process takes its alive-lock only while it joins, so here its number and start must tell.
  const pid = atomics.load(arena.words, at + S_PID);
  const tid = atomics.load(arena.words, at + S_TID);
  const started = atomics.load(arena.words, at + S_STARTED);
  if (pid !== 0 && !isRunning(pid, tid, started)) settle(member, id);
  return true;
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
 * when it is done, or when another is at it who lives.
 */
export function settle(member: Member, id: number): void {
  if (claimSettling(member, id)) settleAs(member, id);
}

/** Of several who want to settle a life, one does; after its death another. */
function claimSettling(member: Member, id: number): boolean {
  const { arena } = member;
  const at = slotAt(slotOf(id)) + S_STATE;
  const generation = generationOf(id);
  for (;;) {
    const state = atomics.load(arena.words, at);
    if (generationIn(state) !== generation || phaseOf(state) === FREE) return false;
    if (phaseOf(state) === SETTLING && isAtWork(member, settlerIn(state))) return false;
    const mine = stateOf(generation, SETTLING, member.slot);
    // Another may have been faster; then see whether it lives.
    if (atomics.compareExchange(arena.words, at, state, mine) === state) return true;
  }
}

/** Whether the thread in this slot, which has settlings to finish, lives. */
function isAtWork({ arena, slot }: Member, settler: number): boolean {
  const id = idIn(arena, settler);
  return settler === slot || (id !== 0 && isAlive(arena, id));
}

function settleAs(member: Member, id: number): void {
  const { arena } = member;
  const at = slotAt(slotOf(id));
  const ending: Ending = field(arena, id, S_LEFT) === 1 ? "left" : "died";
  settleThreadsOf(member, id);
  leaveQueues(member, id);
  settleObjects(member, id, ending);
  freeBlocks(member, id);
  member.allocator.disown(id);
  // Before the slot is free: whoever takes it would be believed to be at these settlings.
  finishSettlingsOf(member, id);
  atomics.store(arena.words, at + S_PID, 0);
  atomics.store(arena.words, at + S_STATE, stateOf(generationOf(id), FREE));
  arena.bells.forgetDead();
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
    const stamp = stampOf(arena, block);
    const handle = { block, stamp };
    if (!isInUse(stamp)) {
      // Marked as taken, but not in use: its changer died on the way, or is on it now.
      if (changerOf(stamp) !== id) return;
      if (isClosed(stamp)) member.finishDestroying(handle);
      else allocator.reclaim(block);
    } else if (holderOf(arena, block) === id) {
      if (isShared(arena, block)) member.destroy(handle, id);
      else allocator.freeFrom(id, handle);
    } else if (holderOf(arena, block) === NOBODY && isShared(arena, block)) {
      if (isRetainedBy(arena, block, id)) member.letGoFor(id, handle);
      // It may have died when it had let go as the last one.
      else if (isForgotten(arena, block)) member.destroy(handle, NOBODY);
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

/** Goes on with what the dead `id` was settling. */
function finishSettlingsOf(member: Member, id: number): void {
  const { arena } = member;
  for (let slot = 1; slot < slotsEnd(arena); slot++) {
    const state = atomics.load(arena.words, slotAt(slot) + S_STATE);
    if (phaseOf(state) !== SETTLING || settlerIn(state) !== slotOf(id)) continue;
    settle(member, idOf(generationIn(state), slot));
  }
}
