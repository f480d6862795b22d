/**
 * Waiting that blocks the thread.
 *
 * The thread sleeps on the state word of its record, in slices of at most 250 ms: a thread asleep
 * in a native call cannot be terminated, and somebody must notice dead neighbours. At the end of a
 * slice it looks whether it is told to stop, whether those it depends on live, and attempts again.
 * Before the first sleep it spins for a moment, longer where that has paid off and not at all on
 * one CPU.
 */
import { atomics } from "./atomics.ts";
import type { Deadline } from "./deadline.ts";
import type { Member } from "./member.ts";
import { Patience } from "./patience.ts";
import {
  BLOCKING,
  GRANTED,
  QUEUED,
  W_FLOW,
  W_KEY,
  W_MODE,
  W_STATE,
  W_TOKEN,
  bucketFor,
  dequeue,
  enqueue,
} from "./queues.ts";
import { lookAround, settleIfDead } from "./settle.ts";
import { S_SLEEPS_ON, S_WAITS_FOR, field } from "./slots.ts";
import { latched } from "./wake.ts";
import { TIMED_OUT, WAIT, type Waitable } from "./waitable.ts";

const SLICE_MS = 250;
const LOOKS = 16;

const patience = new Patience();

/** Waits until `attempt` gives a token or somebody grants one; TIMED_OUT when the time is over. */
export function waitBlocking(member: Member, waitable: Waitable, deadline: Deadline): number {
  const bucket = bucketFor(waitable.home);
  const record = member.borrowRecord();
  const { words } = member.arena;
  const begin = (): number =>
    latched(member, bucket, () => {
      const first = waitable.attempt(record);
      if (first !== WAIT) return first;
      if (deadline.passed) return TIMED_OUT;
      atomics.store(words, record + W_MODE, BLOCKING);
      atomics.store(words, record + W_FLOW, waitable.flow ?? 0);
      enqueue(member.arena, bucket, record, waitable.key);
      return WAIT;
    });
  try {
    let token = begin();
    if (token === TIMED_OUT && settleForTry(member, waitable)) token = begin();
    return token === WAIT ? sleepUntilTold(member, waitable, bucket, record, deadline) : token;
  } finally {
    member.returnRecord(record);
  }
}

/** To ask the system who lives takes fifty times as long as a try. */
const TRIES_MS = 1;
/** For what it was asked last, and when. */
let tried: { readonly member: Member; readonly home: number; readonly at: number } | undefined;

/**
 * After a try in vain: whether somebody proves dead whose death may change the answer. Who sleeps
 * hears of deaths; who only tries, again and again, would try for ever. Of many tries for the same
 * in a row one a millisecond looks.
 */
export function settleForTry(member: Member, waitable: Waitable): boolean {
  const { home } = waitable;
  if (waitable.dependsOn === undefined) return false;
  const at = performance.now();
  if (tried?.home === home && tried.member === member && at - tried.at < TRIES_MS) return false;
  tried = { member, home, at };
  return settleIfDead(member, waitable.dependsOn());
}

function sleepUntilTold(
  member: Member,
  waitable: Waitable,
  bucket: number,
  record: number,
  deadline: Deadline,
): number {
  const { words } = member.arena;
  let until: Deadline | undefined = deadline;
  let slices = 0;
  atomics.store(words, member.at + S_WAITS_FOR, waitable.key);
  atomics.store(words, member.at + S_SLEEPS_ON, record + W_STATE);
  try {
    const decided = waitable.queued?.(record) ?? WAIT;
    if (decided !== WAIT) return decided;
    spinWhileQueued(words, record);
    for (;;) {
      sleepSlice(member, record, until?.remainingMs ?? Infinity);
      if (atomics.load(words, record + W_STATE) === GRANTED) {
        return atomics.load(words, record + W_TOKEN);
      }
      if (atomics.load(words, record + W_STATE) === QUEUED && ++slices % 2 === 0) {
        lookAround(member);
      }
      // One that was woken need not ask who lives: what woke it is there, or it sleeps again.
      if (waitable.dependsOn !== undefined && atomics.load(words, record + W_STATE) === QUEUED) {
        settleIfDead(member, waitable.dependsOn());
      }
      const expired = until?.passed ?? false;
      const token = latched(member, bucket, () => lookAgain(member, waitable, record, expired));
      if (token !== WAIT) return token;
      // The primitive wants to go on, now without an end.
      if (expired) until = undefined;
    }
  } finally {
    atomics.store(words, member.at + S_SLEEPS_ON, 0);
    atomics.store(words, member.at + S_WAITS_FOR, 0);
  }
}

/** Under the latch: whether a queued record, notified or at the end of a slice, is done. */
export function lookAgain(
  member: Member,
  waitable: Waitable,
  record: number,
  expired: boolean,
): number {
  const { words } = member.arena;
  const granted = () => atomics.load(words, record + W_STATE) === GRANTED;
  const bucket = bucketFor(waitable.home);
  let token = granted() ? WAIT : waitable.attempt(record);
  if (token === WAIT && expired && !granted()) token = waitable.expire?.(record) ?? TIMED_OUT;
  // Each look may complete what a dead waker began, and so grant the very record that looks.
  if (granted()) return atomics.load(words, record + W_TOKEN);
  if (token !== WAIT) dequeue(member.arena, bucket, record);
  // Whoever was about to grant or to move it died when it had left its queue.
  else if (atomics.load(words, record + W_KEY) === 0) {
    enqueue(member.arena, bucket, record, waitable.key);
  } else atomics.store(words, record + W_STATE, QUEUED);
  return token;
}

/**
 * Takes a queued record back: WAIT when it left the queue, or the token that it had got before.
 */
export function withdraw(member: Member, waitable: Waitable, record: number): number {
  const bucket = bucketFor(waitable.home);
  return latched(member, bucket, () => {
    const token = lookAgain(member, waitable, record, false);
    if (token === WAIT) dequeue(member.arena, bucket, record);
    return token;
  });
}

function sleepSlice(member: Member, record: number, remainingMs: number): void {
  const { words, sleeper } = member.arena;
  if (remainingMs === 0 || atomics.load(words, record + W_STATE) !== QUEUED) return;
  sleeper.sleep(record + W_STATE, QUEUED, Math.min(remainingMs, SLICE_MS));
}

function spinWhileQueued(words: Int32Array, record: number): void {
  const ms = patience.next();
  if (ms === 0) return;
  const until = performance.now() + ms;
  let changed = false;
  // The clock costs as much as some looks at the word.
  do {
    for (let look = 0; look < LOOKS && !changed; look++) {
      changed = atomics.load(words, record + W_STATE) !== QUEUED;
    }
  } while (!changed && performance.now() < until);
  // What came while this thread was put aside for others came late.
  patience.learn(changed && performance.now() < until);
}

/**
 * Makes a thread that sleeps in a blocking wait look about, so that a request to end it, which it
 * cannot see in its sleep, takes effect at once and not at the end of its slice.
 */
export function disturb(member: Member, id: number): void {
  const sleepsOn = field(member.arena, id, S_SLEEPS_ON);
  if (sleepsOn !== 0) member.arena.sleeper.wake(sleepsOn, 1);
}
