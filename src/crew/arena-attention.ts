/**
 * Waiting for results over shared memory.
 *
 * Being woken takes tens of microseconds, so while results come one after the other the event loop
 * looks at the rings itself, with turns for everything else in between. When nothing has come for a
 * moment it arms its bell (WAITS), and a task of any length costs nothing here. A worker that had
 * to be woken answers no sooner than that, and may have been woken on the very CPU that looking
 * keeps busy: then the bell is armed at once.
 *
 *   resting ──expect──▶ looking ──nothing came──▶ armed ──rung, or expect──▶ looking
 *      ▲───── no results are to come ─────┘
 */
import { atomics } from "../core/atomics.ts";
import { type Handle, OBJECT_AT } from "../core/blocks.ts";
import type { Deadline } from "../core/deadline.ts";
import { KIND_ROOM } from "../core/kinds.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { Patience } from "../core/patience.ts";
import { bucketFor } from "../core/queues.ts";
import { WAIT, type Waitable } from "../core/waitable.ts";
import type { WaitInMemory } from "../core/wait-all-kinds.ts";
import { waitBlockingForMany } from "../core/wait-many.ts";
import { latched, notifyAll } from "../core/wake.ts";
import { lookFor } from "../channels/lane.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Attention, Expectant } from "./attention.ts";
import { CREW_WORDS, WAITS } from "./crew-words.ts";

/** How long it looks in one turn. */
const TURN_MS = 0.008;
const LOOKS = 8;
/** How long results may be taken before the event loop goes round. */
const IN_A_TURN_MS = 0.1;
/** When nothing has come for so long, calls do not follow each other. */
const CALM_MS = 1;
const DONE = Promise.resolve();

export class ArenaAttention implements Attention {
  readonly handle: Handle;
  readonly #member: Member;
  readonly #crew: Expectant;
  readonly #word: number;
  readonly #patience = new Patience();
  readonly #waitable: Waitable;
  /** The same for a thread that blocks, which looks for itself whether there is anything. */
  readonly inMemory: WaitInMemory;
  #state: "resting" | "looking" | "armed" = "resting";
  #waiting = false;
  #late = false;
  #lastAt = 0;
  /** When this turn of the event loop began for us; 0 at its end. */
  #turnAt = 0;
  /** How long the loop looks after the last result; not at all where that was in vain of late. */
  #lookMs = 0;
  readonly #lookPatience = new Patience();

  constructor(member: Member, crew: Expectant) {
    this.#member = member;
    this.#crew = crew;
    this.handle = member.create(KIND_ROOM, CREW_WORDS);
    this.#word = this.handle.block + OBJECT_AT + WAITS;
    this.#waitable = {
      home: this.handle.block,
      key: this.#word,
      attempt: () => {
        if (this.#state === "resting") return 0;
        if (this.#state === "armed") this.#set(1);
        return crew.hasResults ? 0 : WAIT;
      },
    };
    const attempt = (): number => {
      this.#set(1);
      return WAIT;
    };
    this.inMemory = { member, waitable: { ...this.#waitable, attempt } };
  }

  #set(waits: number): void {
    atomics.store(this.#member.arena.words, this.#word, waits);
  }

  expect(): void {
    if (this.#state === "looking") return;
    if (this.#state === "armed") this.#set(0);
    this.#look();
  }

  /** The next result is not to be looked for: a worker was woken for it. */
  expectLate(): void {
    this.#late = true;
  }

  #look(): void {
    const now = performance.now();
    // Calls that follow each other at once are to find each other awake again.
    if (now - this.#lastAt < CALM_MS) this.#late = false;
    this.#state = "looking";
    this.#lastAt = now;
    this.#lookMs = this.#late ? 0 : this.#lookPatience.next();
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#state !== "looking") return;
    const crew = this.#crew;
    const came = crew.pump();
    if (came && !this.#late) this.#lookPatience.learn(true);
    if (came) this.#late = false;
    if (!crew.expectsResults) return this.#rest();
    const now = performance.now();
    if (this.#turnAt === 0) this.#turnAt = now;
    if (came) {
      this.#lastAt = now;
      this.#lookMs = this.#lookPatience.next();
    } else if (now - this.#lastAt >= this.#lookMs) {
      if (!this.#late) this.#lookPatience.learn(false);
      return this.#arm();
    }
    const until = now + TURN_MS;
    do {
      for (let look = 0; look < LOOKS && !crew.hasResults; look++);
    } while (!crew.hasResults && performance.now() < until);
    this.#goOn(now);
  };

  /**
   * Results are taken in the same turn of the event loop, after the code that awaited the last
   * ones: a turn costs as much as a short call. The loop goes round every so often nevertheless.
   */
  #goOn(now: number): void {
    if (this.#crew.hasResults && now - this.#turnAt < IN_A_TURN_MS) void DONE.then(this.#turn);
    else {
      this.#turnAt = 0;
      setImmediate(this.#turn);
    }
  }

  #rest(): void {
    this.#state = "resting";
    if (!this.#waiting) return;
    const bucket = bucketFor(this.handle.block);
    latched(this.#member, bucket, () => notifyAll(this.#member, bucket, this.#word));
  }

  #arm(): void {
    this.#crew.beforeSleep();
    this.#state = "armed";
    if (!this.#waiting) {
      this.#waiting = true;
      loopWaits(this.#member).wait(this.#waitable).then(this.#woken, this.#woken);
      return;
    }
    // The wait of an earlier time still stands.
    this.#set(1);
    if (this.#crew.hasResults) this.expect();
  }

  readonly #woken = (): void => {
    this.#waiting = false;
    if (this.#state !== "armed") return;
    this.#state = "looking";
    this.#lastAt = performance.now();
    this.#lookMs = this.#lookPatience.next();
    this.#turn();
  };

  block(deadline: Deadline, sliceMs: number, isNews: () => boolean): void {
    const crew = this.#crew;
    if (lookFor(() => crew.hasResults, this.#patience)) return;
    const ready = (): boolean => crew.hasResults || isNews();
    waitBlockingForMany(this.#member, [this.inMemory.waitable], deadline, ready, sliceMs);
    this.woke();
  }

  pollRequests(): PollRequest[] {
    return [];
  }

  woke(): void {
    this.#set(this.#state === "armed" ? 1 : 0);
  }

  end(): void {
    this.#rest();
    this.#member.letGo(this.handle);
  }
}
