/**
 * Waiting for results over shared memory.
 *
 * Being woken takes tens of microseconds, so while results come one after the other the event loop
 * looks at the rings itself, with turns for everything else in between. When nothing has come for a
 * moment it arms its bell (WAITS), and a task of any length costs nothing here. A worker that had
 * to be woken answers no sooner than that, and may have been woken on the very CPU that looking
 * keeps busy: then the bell is armed at once. So it is where looking has been in vain of late: the
 * CPU may be that of a worker, and each turn of ours finds memory that its task has pushed out.
 *
 *   resting ──expect──▶ looking ──nothing came──▶ armed ──rung, or expect──▶ looking
 *      ▲──── no results are to come ──────┘ ▲        (asleep it is told: noneToCome)
 *      └──calls come one at a time──▶ dozing ┘ the next call
 *
 * Between calls that come one at a time the bell stays armed, so that the next need not arm it; it
 * does not keep the program alive meanwhile.
 */
import { atomics } from "../core/atomics.ts";
import { type Handle, OBJECT_AT } from "../core/blocks.ts";
import type { Deadline } from "../core/deadline.ts";
import { KIND_ROOM } from "../core/kinds.ts";
import type { Listener, Listeners } from "../core/listeners.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { Patience } from "../core/patience.ts";
import { WAIT, type Waitable } from "../core/waitable.ts";
import type { WaitInMemory } from "../core/wait-all-kinds.ts";
import { waitBlockingForMany } from "../core/wait-many.ts";
import { lookFor } from "../channels/lanes/lane.ts";
import { onCopy } from "../platform/copies.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Attention, Expectant } from "./attention.ts";
import { BLOCKED, CREW_WORDS, IN_LOOP, LOOKS, WAITS } from "./crew-words.ts";

/** How long it looks in one turn. */
const TURN_MS = 0.008;
const LOOKS_AT_ONCE = 8;
/** How long results may be taken before the event loop goes round. */
const IN_A_TURN_MS = 0.1;
/** Who was rung so soon after falling asleep would have found the result sooner by looking. */
const SOON_MS = 0.15;
/** When nothing has come for so long, calls do not follow each other. */
const CALM_MS = 1;
/**
 * A call that goes the way of calls that come one at a time, whether it does or not. V8 compiles
 * what it has seen by then: without this, the first calm call after a busy time would throw away
 * what was compiled of `submit`, and those that follow would take three times as long.
 */
const REHEARSAL = 32;
const DONE = Promise.resolve();

/** Those for whose results the program lives on. */
const holding = new Set<ArenaAttention>();

// The threads that would send them are not in the copy.
onCopy(() => {
  for (const attention of holding) if (attention.isOfThreads) attention.hold(false);
});

export class ArenaAttention implements Attention, Listener {
  readonly handle: Handle;
  readonly #member: Member;
  readonly #crew: Expectant;
  readonly #word: number;
  readonly #patience = new Patience();
  /** What a thread that blocks waits for; it looks for itself whether there is anything. */
  readonly inMemory: WaitInMemory;
  #state: "resting" | "looking" | "armed" | "dozing" = "resting";
  /** Whether it slept without a look, so that the result says nothing of how long one pays. */
  #unlooked = false;
  #late = false;
  #lastAt = 0;
  /** Whether it slept until this turn, and since when. */
  #slept = false;
  #armedAt = 0;
  #expected = 0;
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
    const attempt = (): number => {
      this.#set(BLOCKED);
      return WAIT;
    };
    const waitable: Waitable = { home: this.handle.block, key: this.#word, attempt };
    this.inMemory = { member, waitable };
  }

  #set(waits: number): void {
    atomics.store(this.#member.arena.words, this.#word, waits);
  }

  expect(): void {
    const before = this.#state;
    if (before === "looking") return;
    const now = performance.now();
    this.#unlooked = this.#isAlone(now);
    this.#late = false;
    this.#lastAt = now;
    if (this.#unlooked) {
      this.#wait();
      if (before === "resting") this.#listen();
    } else if (before === "armed" && this.#lookMs === 0) {
      // It only hands out what is new, in this turn of the loop, and sleeps on.
      this.#listeners.ignore(this);
      this.called();
    } else {
      if (before !== "resting") this.#stopListening();
      this.#look();
    }
  }

  noneToCome(): void {
    // While it looks it sees that by itself; asleep it would hold the program for nothing.
    if (this.#state !== "armed") return;
    this.#stopListening();
    this.#look();
  }

  /** Calls that follow each other at once are to find each other awake again. */
  #isAlone(now: number): boolean {
    const { pending, waiting } = this.#crew;
    // What nobody was offered is handed out when one looks.
    if (pending !== 1 || waiting.size > 0) return false;
    if (++this.#expected === REHEARSAL) return true;
    return this.#late && now - this.#lastAt >= CALM_MS;
  }

  #stopListening(): void {
    this.#set(LOOKS);
    this.#listeners.ignore(this);
  }

  /** The next result is not to be looked for: a worker was woken for it. */
  expectLate(): void {
    this.#late = true;
  }

  #look(): void {
    this.#state = "looking";
    this.#lookMs = this.#lookPatience.next();
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    if (this.#state !== "looking") return;
    const crew = this.#crew;
    const came = crew.pump();
    const now = performance.now();
    const slept = this.#slept;
    this.#slept = false;
    // What one was rung for late says that looking would not have paid.
    const pays = came && (!slept || now - this.#armedAt < SOON_MS);
    if (pays && !this.#unlooked) this.#lookPatience.learn(true);
    this.#late = false;
    if (crew.pending === 0) return this.#rest();
    if (this.#turnAt === 0) this.#turnAt = now;
    if (came) {
      this.#lastAt = now;
      this.#lookMs = this.#lookPatience.next();
      this.#unlooked = false;
    }
    if (now - this.#lastAt >= this.#lookMs) {
      const inVain = !came && !slept && this.#lookMs > 0;
      if (inVain && !this.#unlooked) this.#lookPatience.learn(false);
      this.#crew.beforeSleep();
      this.#armedAt = now;
      this.#wait();
      return this.#listen();
    }
    const until = now + Math.min(TURN_MS, this.#lookMs);
    do {
      for (let look = 0; look < LOOKS_AT_ONCE && !crew.hasResults; look++);
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
    // Not before those who awaited the last result.
    if (holding.has(this)) setImmediate(this.#letGo);
  }

  readonly #letGo = (): void => {
    if (this.#state !== "resting" || !holding.has(this)) return;
    this.hold(false);
    if (!this.#unlooked) return;
    this.#state = "dozing";
    this.#listen();
  };

  #wait(): void {
    this.#state = "armed";
    this.#crew.asleep();
    if (!holding.has(this)) this.hold(true);
  }

  /** Whether the program lives on for the results that are to come. */
  hold(on: boolean): void {
    if (on) holding.add(this);
    else holding.delete(this);
    this.#listeners.hold(on);
  }

  get isOfThreads(): boolean {
    return this.#member.arena.reach === "thread";
  }

  /** Results that come from here on are rung for. */
  #listen(): void {
    // First the word, then a look: who writes a result looks at the word afterwards.
    this.#set(IN_LOOP);
    if (!this.#listeners.listen(this)) return;
    this.#stopListening();
    this.#unlooked = false;
    this.#look();
  }

  /** Whether who writes a result rings for it. */
  get #isArmed(): boolean {
    return this.#state === "armed" || this.#state === "dozing";
  }

  get #listeners(): Listeners {
    return loopWaits(this.#member).listeners;
  }

  /**
   * A worker may lower the word late, when its result was taken and this thread sleeps again: then
   * there is nothing, and the word is to be set anew, or nobody would ring any more.
   */
  get isCalled(): boolean {
    const lowered = atomics.load(this.#member.arena.words, this.#word) === LOOKS;
    return lowered || this.#crew.hasResults;
  }

  called(): void {
    // Who was rung for another's sake has found them before their worker could ring.
    this.#set(LOOKS);
    this.#state = "looking";
    this.#lastAt = performance.now();
    this.#slept = true;
    this.#lookMs = 0;
    void DONE.then(this.#turn);
  }

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
    if (this.#isArmed) this.#listen();
    else this.#set(LOOKS);
  }

  end(): void {
    if (this.#isArmed) this.#listeners.ignore(this);
    this.#unlooked = false;
    this.#rest();
    this.#member.letGo(this.handle);
  }
}
