/**
 * Blocking until one of several waits could go on. Each has a record in its own queue, and all of
 * them wake one that is in none, which the thread sleeps on.
 */
import { atomics } from "./atomics.ts";
import type { Deadline } from "./deadline.ts";
import type { Member } from "./member.ts";
import {
  ONE_OF_MANY,
  QUEUED,
  W_FLOW,
  W_MODE,
  W_NOTE,
  W_STATE,
  bucketFor,
  dequeue,
  enqueue,
} from "./queues.ts";
import { settleIfDead } from "./settle.ts";
import { S_SLEEPS_ON, setField } from "./slots.ts";
import { latched } from "./wake.ts";
import type { Waitable } from "./waitable.ts";

const SLICE_MS = 250;

interface Queued {
  readonly record: number;
  readonly bucket: number;
}

/**
 * Blocks until `isReady` answers true, which is asked after each wake-up, or the time is over. The
 * waits must be such that may be looked at again: their `attempt` takes nothing.
 *
 * @param sliceMs how long to sleep at most before asking again, for what wakes nobody
 */
export function waitBlockingForMany(
  member: Member,
  waitables: readonly Waitable[],
  deadline: Deadline,
  isReady: () => boolean,
  sliceMs: number = SLICE_MS,
): boolean {
  const { words, sleeper } = member.arena;
  const sleeping = member.borrowRecord();
  const queued: Queued[] = [];
  atomics.store(words, sleeping + W_STATE, QUEUED);
  try {
    for (const waitable of waitables) queued.push(enqueueFor(member, waitable, sleeping));
    setField(member.arena, member.id, S_SLEEPS_ON, sleeping + W_STATE);
    for (;;) {
      // Lowered before one looks: what comes afterwards raises it again.
      atomics.store(words, sleeping + W_STATE, QUEUED);
      if (isReady()) return true;
      if (deadline.passed) return false;
      const ms = Math.min(deadline.remainingMs, sliceMs, SLICE_MS);
      sleeper.sleep(sleeping + W_STATE, QUEUED, ms);
      for (const waitable of waitables) {
        if (waitable.dependsOn !== undefined) settleIfDead(member, waitable.dependsOn());
      }
      for (const [index, { record, bucket }] of queued.entries()) {
        latched(member, bucket, () => lookAgain(words, waitables[index]!, record));
      }
    }
  } finally {
    setField(member.arena, member.id, S_SLEEPS_ON, 0);
    for (const { record, bucket } of queued) {
      latched(member, bucket, () => dequeue(member.arena, bucket, record));
      member.returnRecord(record);
    }
    member.returnRecord(sleeping);
  }
}

function enqueueFor(member: Member, waitable: Waitable, sleeping: number): Queued {
  const { words } = member.arena;
  const record = member.borrowRecord();
  const bucket = bucketFor(waitable.home);
  latched(member, bucket, () => {
    waitable.attempt(record);
    atomics.store(words, record + W_MODE, ONE_OF_MANY);
    atomics.store(words, record + W_NOTE, sleeping);
    atomics.store(words, record + W_FLOW, waitable.flow ?? 0);
    enqueue(member.arena, bucket, record, waitable.key);
  });
  return { record, bucket };
}

/** Makes a notified record one that can be notified again. */
function lookAgain(words: Int32Array, waitable: Waitable, record: number): void {
  if (atomics.load(words, record + W_STATE) === QUEUED) return;
  atomics.store(words, record + W_STATE, QUEUED);
  waitable.attempt(record);
}
