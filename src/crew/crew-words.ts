/**
 * The words that a crew shares with all its workers.
 *
 *   WAITS   whether the crew's thread sleeps until there is a result. It sets the word and then
 *           looks at the results once more; a worker writes a result and then looks at the word,
 *           and who lowers it wakes. So one of the two sees the other. A worker that dies in
 *           between is heard of by itself. Its result may have been taken before it looks: so who
 *           is woken for nothing sets the word again before it sleeps.
 *
 *   LOOKS ──crew──▶ IN_LOOP   it sleeps in its event loop: ring its bell
 *         ──crew──▶ BLOCKED   it sleeps on this word: notify its waiters
 *   either ──worker, CAS──▶ LOOKS, or the crew by itself
 */
import { atomics } from "../core/atomics.ts";
import { OBJECT_AT } from "../core/blocks.ts";
import type { Member } from "../core/member.ts";
import { bucketFor } from "../core/queues.ts";
import { latched, notifyAll } from "../core/wake.ts";

export const WAITS = 0;
export const LOOKS = 0;
export const IN_LOOP = 1;
export const BLOCKED = 2;
export const CREW_WORDS = 1;

/** A worker's half: wakes the crew's thread if it waits for results. */
export function tellCrew(member: Member, block: number, crewId: number): void {
  const { words, bells } = member.arena;
  const word = block + OBJECT_AT + WAITS;
  for (;;) {
    const how = atomics.load(words, word);
    if (how === LOOKS) return;
    // Another worker may be faster, or the crew wait in another way by now.
    if (atomics.compareExchange(words, word, how, LOOKS) !== how) continue;
    if (how === IN_LOOP) return bells.ring(crewId);
    const bucket = bucketFor(block);
    return latched(member, bucket, () => notifyAll(member, bucket, word));
  }
}
