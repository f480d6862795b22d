/**
 * A lane: a store of messages with those who wait at its two ends.
 *
 *   READERS, WRITERS   1 when somebody is queued for a message, for room. Set before one looks and
 *                      waits; whoever adds or takes looks at it afterwards, so nobody is missed
 *
 * A waiter takes its message, or adds it, at the place where it is looked at: under the latch of
 * its bucket. So one that was woken and finds that others were faster keeps its place. One waiter
 * is woken for each message; when no more of them sleep the flag is lowered, and the woken raise it
 * again when they go back to sleep.
 */
import { atomics } from "../../core/atomics.ts";
import type { Member } from "../../core/member.ts";
import type { Patience } from "../../core/patience.ts";
import { QUEUED, W_STATE, bucketFor, first, following } from "../../core/queues.ts";
import { latched, notify, notifyAll } from "../../core/wake.ts";
import type { MemberOf } from "../../sync/shared-object.ts";
import type { QueueStore } from "./queue-store.ts";

/** Where the flags are, from `Lane.at`. */
export const READERS = 0;
export const WRITERS = 1;
/** How many words a lane has besides those of its store. */
export const LANE_WORDS = 2;

/** The answer of both ends to those who waited while this thread closed its end. */
export const LOST = 9;

const LOOKS = 16;

export interface Lane {
  readonly memberOf: MemberOf;
  /** The block under whose latch its waiters are. */
  readonly home: number;
  /** Where its flags are. */
  readonly at: number;
  readonly store: QueueStore;
  /** Whether this thread closed its end: then its waits end, and the lane may be gone. */
  readonly isClosed?: () => boolean;
}

/** Lets the first sleeper look again, if the flag says that there are any. */
export function wakeNext(member: Member, home: number, flag: number): void {
  if (atomics.load(member.arena.words, flag) === 0) return;
  latched(member, bucketFor(home), () => notifyNext(member, home, flag));
}

/** The same under the latch. */
export function notifyNext(member: Member, home: number, flag: number): void {
  const { arena } = member;
  if (atomics.load(arena.words, flag) === 0) return;
  const asleep = (from: number): number => {
    let record = from;
    while (record !== 0 && atomics.load(arena.words, record + W_STATE) !== QUEUED) {
      record = following(arena, record, flag);
    }
    return record;
  };
  const record = asleep(first(arena, bucketFor(home), flag));
  if (record !== 0) notify(member, record);
  if (record === 0 || asleep(record) === 0) atomics.store(arena.words, flag, 0);
}

/** Lets everybody look again who waits for one of the flags. */
export function wakeAll(member: Member, home: number, ...flags: number[]): void {
  const bucket = bucketFor(home);
  latched(member, bucket, () => {
    for (const flag of flags) notifyAll(member, bucket, flag);
  });
}

/** Looks for a moment, as long as that pays off, before one goes to sleep. */
export function lookFor(ready: () => boolean, patience: Patience): boolean {
  const ms = patience.next();
  if (ms === 0) return false;
  const until = performance.now() + ms;
  let came = false;
  // The clock costs as much as some looks.
  do {
    for (let look = 0; look < LOOKS && !came; look++) came = ready();
  } while (!came && performance.now() < until);
  // What came while this thread was put aside for others came late.
  patience.learn(came && performance.now() < until);
  return came;
}
