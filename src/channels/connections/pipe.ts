/**
 * The memory of a pipe: two lanes, one for each direction, and two ends.
 *
 *   pipe   ENDS       a bit for each end that is gone
 *          lane 0     from end 0 to end 1: flags, then a log
 *          lane 1     from end 1 to end 0
 *   end    PIPE, its stamp · PEER, its stamp · INDEX · MODE
 *
 * The ends are shared objects: each lives as long as some thread has it or a message carries it.
 * When the last lets go, or dies, the end is destroyed: it shuts both lanes, so the other side
 * reads what is left and then meets the end of the stream, and its sends fail. The second end to go
 * frees the pipe. An end sets its bit last, so nobody frees the pipe while it still works on it.
 */
import { atomics } from "../../core/atomics.ts";
import {
  type Handle,
  OBJECT_AT,
  countMessage,
  isInUse,
  slotsHaving,
  stampOf,
} from "../../core/blocks.ts";
import { registerKind } from "../../core/kinds.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { idIn } from "../../core/slots.ts";
import { WORDS_AT } from "../../sync/shared-object.ts";
import { KIND_END, KIND_PIPE } from "../messages/kinds.ts";
import { READERS, WRITERS, wakeAll } from "../lanes/lane.ts";
import { QueueLog } from "../queues/queue-log.ts";
import { LOG_WORDS } from "../queues/queue-log-layout.ts";

const ENDS = 0;
/** So that logs begin on cache lines of their own. */
const LANES = 24;
/** Where the log of a lane begins, on a cache line of its own. */
const LOG = 16;
const LANE_SIZE: number = LOG + LOG_WORDS;
const PIPE_WORDS: number = LANES + 2 * LANE_SIZE;

const PIPE = 0;
const PEER = 2;
const INDEX = 4;
const MODE = 5;
export const END_WORDS = 6;

export const READABLE = 1;
export const WRITABLE = 2;

/** Messages in one direction take at most so much; one message always fits. */
const LIMITS = { maxSize: 0, maxBytes: 4 * 2 ** 20 };

/** Where a lane of the pipe is: its flags, and its log. */
export function laneOf(member: Member, pipe: Handle, lane: number): { at: number; log: QueueLog } {
  const at = pipe.block + OBJECT_AT + LANES + lane * LANE_SIZE;
  return { at, log: new QueueLog(member, at + LOG, LIMITS) };
}

/** Makes a pipe between two ends that exist and say nothing yet. */
export function connect(member: Member, ends: readonly [Handle, Handle], duplex: boolean): void {
  const pipe = member.create(KIND_PIPE, PIPE_WORDS);
  laneOf(member, pipe, 0).log.found();
  laneOf(member, pipe, 1).log.found();
  const modes = duplex ? [READABLE | WRITABLE, READABLE | WRITABLE] : [READABLE, WRITABLE];
  for (const index of [0, 1]) {
    const { block } = ends[index]!;
    const peer = ends[1 - index]!;
    const values = [pipe.block, pipe.stamp, peer.block, peer.stamp, index, modes[index]!];
    for (const [word, value] of values.entries()) {
      atomics.store(member.arena.words, block + WORDS_AT + word, value);
    }
  }
  // From here on its ends keep it, as if they were messages; the thread that made it need not.
  countMessage(member.arena, pipe.block, 1);
  member.letGo(pipe);
}

export interface EndFacts {
  readonly pipe: Handle;
  readonly peer: Handle;
  readonly index: number;
  readonly mode: number;
}

export function factsOf({ arena }: Member, end: number): EndFacts {
  const word = (index: number): number => atomics.load(arena.words, end + WORDS_AT + index);
  return {
    pipe: { block: word(PIPE), stamp: word(PIPE + 1) },
    peer: { block: word(PEER), stamp: word(PEER + 1) },
    index: word(INDEX),
    mode: word(MODE),
  };
}

/** The ids of the threads that have an end. */
export function* havingEnd({ arena }: Member, { block, stamp }: Handle): Generator<number> {
  if (stampOf(arena, block) !== stamp) return;
  for (const slot of slotsHaving(arena, block)) {
    const id = idIn(arena, slot);
    if (id !== 0) yield id;
  }
}

function destroyEnd(member: Member, { block }: Handle): void {
  const { arena } = member;
  const { pipe, index } = factsOf(member, block);
  // An end that was not connected yet, or the repetition of what a dead thread had done.
  if (pipe.block === 0 || !isInUse(pipe.stamp) || stampOf(arena, pipe.block) !== pipe.stamp) return;
  for (const lane of [0, 1]) {
    const { at, log } = laneOf(member, pipe, lane);
    log.shut();
    if (lane !== index) log.drain();
    wakeAll(member, pipe.block, at + READERS, at + WRITERS);
  }
  const mine = 1 << index;
  const gone = atomics.or(arena.words, pipe.block + OBJECT_AT + ENDS, mine) | mine;
  if (gone === 3) member.destroy(pipe, NOBODY);
}

registerKind(KIND_END, { name: "end of a pipe", shared: true, destroy: destroyEnd });

registerKind(KIND_PIPE, {
  name: "pipe",
  shared: true,
  destroy(member, pipe) {
    for (const lane of [0, 1]) laneOf(member, pipe, lane).log.destroy();
  },
});
