/** A crew with one worker, in all interleavings: what models of its calls have in common. */
import assert from "node:assert/strict";
import { atomics } from "#internal/core/atomics.js";
import { type Handle, OBJECT_AT } from "#internal/core/blocks.js";
import { KIND_ROOM } from "#internal/core/kinds.js";
import type { Member } from "#internal/core/member.js";
import { CREW_WORDS, tellCrew } from "#internal/crew/crew-words.js";
import { ModelArena } from "./arena.ts";
import { type Model, type Outcome, type Self, type Tally, explore } from "./scheduler.ts";

/** Shorter than the time after which deaths are looked for: who is not rung for comes too late. */
export const PATIENCE_MS = 100;
export const OVER = 0;

/** Where results are counted, and where calls are; a worker sleeps until there are some. */
const RESULTS = CREW_WORDS;
const CALLS = CREW_WORDS + 1;
const NOWHERE = CREW_WORDS + 2;

export const allCame =
  (threads: number) =>
  ({ noted, assert: must }: Outcome): void =>
    must(noted(OVER) === threads, "not all came through");

/** What the crew's thread asks of its crew. */
export class ModelCrew {
  pending = 0;
  waiting = { size: 0 };
  taken = 0;
  readonly #words: Int32Array;
  readonly #results: number;

  constructor(words: Int32Array, results: number) {
    this.#words = words;
    this.#results = results;
  }

  get hasResults(): boolean {
    return atomics.load(this.#words, this.#results) > this.taken;
  }

  pump(): boolean {
    const came = atomics.load(this.#words, this.#results) - this.taken;
    this.taken += came;
    this.pending -= came;
    return came > 0;
  }

  beforeSleep(): void {}

  asleep(): void {}
}

export abstract class OneWorkerCrew {
  protected readonly calls: number;
  readonly #arena = new ModelArena([1, 2], 6);
  #handle: Handle = { block: 0, stamp: 0 };

  constructor(calls: number) {
    this.calls = calls;
  }

  explore(model: Partial<Model> = {}): Tally {
    const tally = explore({
      threads: [(self) => this.crew(self), (self) => this.worker(self)],
      memoryBytes: this.#arena.memoryBytes,
      nameOf: (index) => this.#arena.nameOf(index),
      patienceMs: PATIENCE_MS,
      setup: (words) => {
        this.#arena.format(words);
        this.#handle = this.#arena.observer().create(KIND_ROOM, NOWHERE + 1);
        this.#arena.giveRecords();
      },
      final: allCame(2),
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  protected abstract crew(self: Self): void;
  protected abstract worker(self: Self): void;

  protected joinAsCrew(self: Self): Member {
    const member = this.#arena.join(self);
    return Object.assign(member, { create: () => this.#handle, letGo: () => {} });
  }

  protected joinAsWorker(self: Self): Member {
    return this.#arena.join(self);
  }

  protected crewOf(words: Int32Array): ModelCrew {
    return new ModelCrew(words, this.#at(RESULTS));
  }

  protected tellCalls(words: Int32Array, count: number): void {
    atomics.add(words, this.#at(CALLS), count);
    atomics.notify(words, this.#at(CALLS), 1);
  }

  /** Sleeps until so many calls were told. */
  protected waitForCalls(words: Int32Array, count: number): void {
    const calls = this.#at(CALLS);
    for (let seen = 0; seen < count; seen = atomics.load(words, calls))
      atomics.wait(words, calls, seen, Infinity);
  }

  /** Sleeps, and nobody wakes it. */
  protected pause(words: Int32Array, ms: number): void {
    atomics.wait(words, this.#at(NOWHERE), 0, ms);
  }

  /** As a worker does it. */
  protected answer(words: Int32Array, member: Member): void {
    atomics.add(words, this.#at(RESULTS), 1);
    tellCrew(member, this.#handle.block, this.#arena.idOf(0));
  }

  #at(word: number): number {
    return this.#handle.block + OBJECT_AT + word;
  }
}
