/** A crew's thread hands out, also while it sleeps, what its workers were not offered at once. */
import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { type Handle, OBJECT_AT } from "#internal/core/blocks.js";
import { KIND_ROOM } from "#internal/core/kinds.js";
import { Patience } from "#internal/core/patience.js";
import { ArenaAttention } from "#internal/crew/arena-attention.js";
import { CREW_WORDS, tellCrew } from "#internal/crew/crew-words.js";
import { ModelLoop } from "./event-loop.ts";
import { type Model, type Self, type Tally, explore } from "./scheduler.ts";

const OVER = 0;
/** Where calls that were handed out are counted. */
const CALLS = CREW_WORDS + 1;

/** A crew whose calls are offered to nobody before it looks, which it only does where it must. */
class QueuedCallsModel {
  readonly #calls: number;
  readonly #arena = new ModelArena([1, 2], 6);
  #handle: Handle = { block: 0, stamp: 0 };

  constructor(calls: number) {
    this.#calls = calls;
  }

  explore(model: Partial<Model> = {}): Tally {
    const own = Object.getOwnPropertyDescriptor(Patience.prototype, "next")!;
    // As where looking was in vain of late.
    Object.defineProperty(Patience.prototype, "next", { ...own, value: () => 0 });
    try {
      const tally = explore({
        threads: [this.#crew, this.#worker],
        memoryBytes: this.#arena.memoryBytes,
        nameOf: (index) => this.#arena.nameOf(index),
        patienceMs: 100,
        setup: (words) => {
          this.#arena.format(words);
          this.#handle = this.#arena.observer().create(KIND_ROOM, CREW_WORDS + 2);
          this.#arena.giveRecords();
        },
        final: ({ noted, assert: must }) => must(noted(OVER) === 2, "not all came through"),
        ...model,
      });
      assert.ok(tally.complete);
      return tally;
    } finally {
      Object.defineProperty(Patience.prototype, "next", own);
    }
  }

  #at(word: number): number {
    return this.#handle.block + OBJECT_AT + word;
  }

  /** Answers nothing before it has all. */
  readonly #worker = (self: Self): void => {
    const member = this.#arena.join(self);
    const calls = this.#at(CALLS);
    for (let seen = 0; seen < this.#calls; seen = atomics.load(self.words, calls))
      atomics.wait(self.words, calls, seen, Infinity);
    for (let count = 0; count < this.#calls; count++) {
      atomics.add(self.words, this.#at(CREW_WORDS), 1);
      tellCrew(member, this.#handle.block, this.#arena.idOf(0));
    }
    self.note(OVER, 1);
  };

  readonly #crew = (self: Self): void => {
    const member = this.#arena.join(self);
    Object.assign(member, { create: () => this.#handle, letGo: () => {} });
    const { words } = self;
    const results = this.#at(CREW_WORDS);
    const calls = this.#at(CALLS);
    let taken = 0;
    let called = 0;
    let isAsleep = false;
    const expectant = {
      pending: 0,
      waiting: { size: 0 },
      get hasResults(): boolean {
        return atomics.load(words, results) > taken;
      },
      pump(): boolean {
        const came = atomics.load(words, results) - taken;
        taken += came;
        this.pending -= came;
        if (this.waiting.size > 0) {
          atomics.add(words, calls, this.waiting.size);
          atomics.notify(words, calls, 1);
          this.waiting.size = 0;
        }
        return came > 0;
      },
      beforeSleep(): void {},
      asleep(): void {
        isAsleep = true;
      },
    };
    const attention = new ArenaAttention(member, expectant);
    const call = (): void => {
      called++;
      isAsleep = false;
      expectant.pending++;
      expectant.waiting.size++;
      attention.expect();
    };
    new ModelLoop(member).runUntil(call, () => {
      if (isAsleep && called < this.#calls) call();
      return taken === this.#calls;
    });
    self.note(OVER, 1);
  };
}

test("what is queued while the crew sleeps is handed out", () => {
  new QueuedCallsModel(2).explore({ preemptions: 3 });
  new QueuedCallsModel(3).explore({ preemptions: 1 });
});
