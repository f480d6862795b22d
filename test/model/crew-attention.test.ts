/** A crew's thread waits in its event loop for what its workers bring. */
import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { type Handle, OBJECT_AT } from "#internal/core/blocks.js";
import { KIND_ROOM } from "#internal/core/kinds.js";
import { ArenaAttention } from "#internal/crew/arena-attention.js";
import { CREW_WORDS, tellCrew } from "#internal/crew/crew-words.js";
import { ModelLoop } from "./event-loop.ts";
import { allCame, OneWorkerCrew, OVER, PATIENCE_MS } from "./one-worker-crew.ts";
import { type Model, type Outcome, type Self, type Tally, explore } from "./scheduler.ts";

class CrewModel {
  readonly #workers: number;
  readonly #results: number;
  readonly arena: ModelArena;
  handle: Handle = { block: 0, stamp: 0 };

  /** @param results how many each worker brings */
  constructor(workers: number, results: number) {
    this.#workers = workers;
    this.#results = results;
    const slots = Array.from({ length: workers + 1 }, (_, index) => index + 1);
    this.arena = new ModelArena(slots, 6);
  }

  explore(model: Partial<Model> = {}): Tally {
    const workers = Array.from({ length: this.#workers }, () => this.worker);
    const tally = explore({
      threads: [this.crew, ...workers],
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.arena.nameOf(index),
      patienceMs: PATIENCE_MS,
      setup: (words) => {
        this.arena.format(words);
        const size = CREW_WORDS + this.#workers;
        this.handle = this.arena.observer().create(KIND_ROOM, size);
        this.arena.giveRecords();
      },
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  /** Where a worker counts the results that it has brought. */
  #countOf(worker: number): number {
    return this.handle.block + OBJECT_AT + CREW_WORDS + worker - 1;
  }

  readonly worker = (self: Self): void => {
    const member = this.arena.join(self);
    for (let count = 0; count < this.#results; count++) {
      atomics.add(self.words, this.#countOf(self.index), 1);
      tellCrew(member, this.handle.block, this.arena.idOf(0));
    }
    self.note(OVER, 1);
  };

  readonly crew = (self: Self): void => {
    const member = this.arena.join(self);
    Object.assign(member, { create: () => this.handle, letGo: () => {} });
    const { words } = self;
    const taken = Array.from({ length: this.#workers + 1 }, () => 0);
    const newFrom = (worker: number): number =>
      atomics.load(words, this.#countOf(worker)) - taken[worker]!;
    const workers = Array.from({ length: this.#workers }, (_, index) => index + 1);
    const expectant = {
      pending: this.#workers * this.#results,
      get hasResults(): boolean {
        return workers.some((worker) => newFrom(worker) > 0);
      },
      pump(): boolean {
        let came = 0;
        for (const worker of workers) {
          const count = newFrom(worker);
          taken[worker]! += count;
          came += count;
        }
        this.pending -= came;
        return came > 0;
      },
      waiting: { size: 0 },
      beforeSleep(): void {},
      asleep(): void {},
    };
    const attention = new ArenaAttention(member, expectant);
    const dead = new Set<number>();
    const loop = new ModelLoop(member);
    loop.runUntil(
      () => attention.expect(),
      () => {
        for (const worker of workers) {
          if (dead.has(worker) || self.isAlive(worker)) continue;
          dead.add(worker);
          expectant.pump();
          expectant.pending -= this.#results - taken[worker]!;
          if (expectant.pending > 0) attention.expect();
          else attention.noneToCome();
        }
        return expectant.pending === 0 && !loop.isHeld;
      },
    );
    self.note(OVER, 1);
  };
}

test("every result is taken, and rung for when the crew sleeps", () => {
  for (const [workers, results] of [
    [1, 3],
    [2, 1],
  ] as const) {
    new CrewModel(workers, results).explore({ final: allCame(workers + 1), preemptions: 3 });
  }
});

test("a worker that dies before it rings keeps no other from being heard", () => {
  new CrewModel(2, 1).explore({
    kills: 1,
    mortal: [1],
    preemptions: 1,
    patienceMs: 10 * PATIENCE_MS,
    final: ({ noted, assert: must }: Outcome): void =>
      must(noted(OVER) >= 2, "the crew does not hear of the rest"),
  });
});

test("a crew whose last worker dies does not keep its program alive", () => {
  new CrewModel(1, 1).explore({
    kills: 1,
    mortal: [1],
    preemptions: 2,
    patienceMs: 10 * PATIENCE_MS,
    final: ({ noted, assert: must }: Outcome): void =>
      must(noted(OVER) >= 1, "the crew waits for results that nobody will bring"),
  });
});

/** Longer than it takes for calls not to follow each other at once. */
const PAUSE_MS = 5;

/** A worker that is woken for each call, and calls that come one at a time. */
class CallsModel extends OneWorkerCrew {
  protected worker(self: Self): void {
    const member = this.joinAsWorker(self);
    for (let count = 1; count <= this.calls; count++) {
      this.waitForCalls(self.words, count);
      this.answer(self.words, member);
    }
    self.note(OVER, 1);
  }

  protected crew(self: Self): void {
    const member = this.joinAsCrew(self);
    const { words } = self;
    const expectant = this.crewOf(words);
    const attention = new ArenaAttention(member, expectant);
    let called = 0;
    const call = (): void => {
      called++;
      expectant.pending++;
      attention.expectLate();
      this.tellCalls(words, 1);
      attention.expect();
    };
    const callAgain = (): void => {
      this.pause(words, PAUSE_MS);
      call();
    };
    let asked = 1;
    new ModelLoop(member).runUntil(call, () => {
      if (called === asked && expectant.pending === 0 && called < this.calls) {
        asked++;
        // Behind what the attention does when the last result was taken.
        setImmediate(callAgain);
      }
      return expectant.taken === this.calls;
    });
    self.note(OVER, 1);
  }
}

test("between calls that come one at a time the bell stays armed, and is heard", () => {
  new CallsModel(2).explore({ preemptions: 3 });
  new CallsModel(4).explore({ preemptions: 1 });
});
