/**
 * The words of an event.
 *
 *   SET        1 when it is up
 *   RELEASING  1 while all who wait are being let go; whoever takes over from a dead setter goes on
 */
import { atomics } from "../core/atomics.ts";
import type { Member } from "../core/member.ts";
import { bucketFor, first } from "../core/queues.ts";
import { type Waitable, WAIT } from "../core/waitable.ts";
import { grant, latched } from "../core/wake.ts";
import { WORDS_AT } from "./shared-object.ts";

const SET: number = WORDS_AT;
const RELEASING: number = WORDS_AT + 1;
export const EVENT_WORDS = 2;

const RELEASED = 0;

export const isUp = (member: Member, block: number): boolean =>
  atomics.load(member.arena.words, block + SET) === 1;

/** Lets everybody go who waits, if a setter has begun to. Under the latch. */
function finishSetting(member: Member, block: number): void {
  const { arena } = member;
  if (atomics.load(arena.words, block + RELEASING) === 0) return;
  atomics.store(arena.words, block + SET, 1);
  for (;;) {
    const head = first(arena, bucketFor(block), block);
    if (head === 0) break;
    grant(member, head, RELEASED);
  }
  atomics.store(arena.words, block + RELEASING, 0);
}

export function raise(member: Member, block: number): void {
  latched(member, bucketFor(block), () => {
    if (!isUp(member, block)) atomics.store(member.arena.words, block + RELEASING, 1);
    finishSetting(member, block);
  });
}

export function lower(member: Member, block: number): void {
  latched(member, bucketFor(block), () => {
    finishSetting(member, block);
    atomics.store(member.arena.words, block + SET, 0);
  });
}

/** Waiting for the flag. */
export function eventWait(member: Member, block: number): Waitable {
  return {
    home: block,
    key: block,
    attempt() {
      finishSetting(member, block);
      return isUp(member, block) ? RELEASED : WAIT;
    },
  };
}
