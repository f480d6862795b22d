/** The writing end of a lane: adding messages, and waiting for room. */
import { atomics } from "../../core/atomics.ts";
import { waitBlocking } from "../../core/block-wait.ts";
import { Deadline } from "../../core/deadline.ts";
import { loopWaits } from "../../core/loop-waits.ts";
import { Patience } from "../../core/patience.ts";
import type { LoopWait } from "../../core/pending-wait.ts";
import { WAIT, type Waitable } from "../../core/waitable.ts";
import { LOST, type Lane, READERS, WRITERS, lookFor, notifyNext, wakeNext } from "./lane.ts";
import { type Draft, type Messages, messagesOf } from "../messages/message.ts";
import { ADDED, FULL, SHUT } from "./queue-store.ts";

/** A token: the wait ended with an error, which is kept beside it. */
const FAILED = 3;

const LARGE_BYTES = 2 ** 17;
const PACED_BYTES = 2 * 2 ** 20;
/** How long a reader may take for one large message. */
const PACE_MS = 3;
const UNPACED = 8;
/** A token: the reader has caught up. */
const CAUGHT_UP = 0;

export interface WriterRules {
  /** Called when there is no room, under a latch: throws where waiting makes no sense. */
  checkRoom?(draft: Draft): void;
  /** Ids of those whose death a waiting writer wants to hear of. */
  dependsOn(): Iterable<number>;
}

/**
 * All its methods answer ADDED, FULL (there was no room in time), SHUT (there never will be) or
 * LOST, and drop a message that was not added.
 */
export class LaneWriter {
  readonly #lane: Lane;
  readonly #rules: WriterRules;
  readonly #messages: Messages;
  readonly #patience = new Patience();
  /** How many large messages go without a look at the reader. */
  #unpaced = 0;
  /** Messages of this thread that wait in its event loop; later ones must not overtake them. */
  readonly #waiting: Draft[] = [];

  constructor(lane: Lane, rules: WriterRules) {
    this.#lane = lane;
    this.#rules = rules;
    this.#messages = messagesOf(lane.memberOf);
  }

  tryAdd(draft: Draft): number {
    const outcome = this.#addUnlessFull(draft);
    if (outcome === FULL) this.#messages.discard(draft);
    return outcome;
  }

  /** Adds it at once if that is possible; one that is FULL is kept. */
  #addUnlessFull(draft: Draft): number {
    const { memberOf, home, at } = this.#lane;
    if (this.#waiting.length > 0) return FULL;
    try {
      const outcome = this.#append(draft);
      if (outcome === ADDED) wakeNext(memberOf(), home, at + READERS);
      else if (outcome === SHUT) this.#messages.discard(draft);
      else this.#rules.checkRoom?.(draft);
      return outcome;
    } catch (error) {
      this.#messages.discard(draft);
      throw error;
    }
  }

  #append(draft: Draft): number {
    const { memberOf, store } = this.#lane;
    try {
      return store.append(draft);
    } catch (error) {
      return memberOf().room.useAgain(error, () => store.append(draft));
    }
  }

  addSync(draft: Draft, timeoutMs: number): number {
    if (draft.sizeBytes >= LARGE_BYTES && timeoutMs > 0) this.#pace();
    let outcome = this.#addUnlessFull(draft);
    if (outcome !== FULL) return outcome;
    const { memberOf, store } = this.#lane;
    if (timeoutMs > 0) lookFor(() => store.hasRoomFor(draft) || store.isShut, this.#patience);
    const failure: Failure = {};
    const waitable = this.#waitable(draft, failure, () => true);
    outcome = waitBlocking(memberOf(), waitable, new Deadline(timeoutMs));
    return this.#ended(draft, outcome, failure);
  }

  /**
   * Large data go through fastest while they fit the processors' caches: so a writer lets a reader
   * who is at work catch up, and does not ask again for a while where there is none.
   */
  #pace(): void {
    const { memberOf, home, at, store } = this.#lane;
    if (store.bytes <= PACED_BYTES) return;
    if (this.#unpaced > 0) {
      this.#unpaced--;
      return;
    }
    const key = at + WRITERS;
    const attempt = (): number => {
      atomics.store(memberOf().arena.words, key, 1);
      return store.bytes <= PACED_BYTES ? CAUGHT_UP : WAIT;
    };
    while (store.bytes > PACED_BYTES) {
      const { size } = store;
      waitBlocking(memberOf(), { home, key, attempt }, new Deadline(PACE_MS));
      if (store.size < size) continue;
      this.#unpaced = UNPACED;
      return;
    }
  }

  /** Null when it was added at once, which is most often. */
  add(draft: Draft, wait: LoopWait): Promise<number> | null {
    const outcome = this.#addUnlessFull(draft);
    if (outcome === ADDED) return null;
    return outcome === FULL ? this.#addLater(draft.kept(), wait) : Promise.resolve(outcome);
  }

  async #addLater(draft: Draft, wait: LoopWait): Promise<number> {
    const { memberOf, home, at } = this.#lane;
    const failure: Failure = {};
    const waitable = this.#waitable(draft, failure, () => this.#waiting[0] === draft);
    this.#waiting.push(draft);
    try {
      return this.#ended(draft, await loopWaits(memberOf()).wait(waitable, wait), failure);
    } catch (error) {
      if (failure.error === undefined) this.#messages.discard(draft);
      throw error;
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(draft), 1);
      // The next of ours may have been woken while this one stood before it.
      if (this.#waiting.length > 0) wakeNext(memberOf(), home, at + WRITERS);
    }
  }

  #waitable(draft: Draft, failure: Failure, isNext: () => boolean): Waitable {
    const { memberOf, home, at, store, isClosed } = this.#lane;
    const key = at + WRITERS;
    return {
      home,
      key,
      attempt: () => {
        if (isClosed?.() === true) return LOST;
        const member = memberOf();
        atomics.store(member.arena.words, key, 1);
        if (!isNext()) return WAIT;
        try {
          const outcome = store.append(draft);
          if (outcome === ADDED) notifyNext(member, home, at + READERS);
          else if (outcome === FULL) this.#rules.checkRoom?.(draft);
          return outcome === FULL ? WAIT : outcome;
        } catch (error) {
          // The room that this one was woken for is still there for the next.
          notifyNext(member, home, key);
          failure.error = error;
          return FAILED;
        }
      },
      dependsOn: () => this.#rules.dependsOn(),
    };
  }

  #ended(draft: Draft, token: number, failure: Failure): number {
    if (token === ADDED) return ADDED;
    this.#messages.discard(draft);
    if (token === FAILED) throw failure.error;
    return token === SHUT || token === LOST ? token : FULL;
  }
}

interface Failure {
  error?: unknown;
}
