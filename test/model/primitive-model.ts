/** Models of the primitives themselves: their words, their waits, their policies for the dead. */
import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import * as threading from "manyhands/threading";
import { policyOf } from "#internal/core/kinds.js";
import type { Handle } from "#internal/core/blocks.js";
import { atomics } from "#internal/core/atomics.js";
import { bucketFor, first } from "#internal/core/queues.js";
import type { Member } from "#internal/core/member.js";
import { WORDS_AT } from "#internal/sync/shared-object.js";
import { type Model, type Outcome, type Self, type Tally, explore } from "./scheduler.ts";

/** A word of the header that is never used: what a lock protects. */
const GUARDED = 300;

export class PrimitiveModel {
  readonly arena: ModelArena;
  handle: Handle = { block: 0, stamp: 0 };
  /** Whether the code under test has plain accesses that are to be steps too. */
  isPlain = false;
  readonly #threads: number;
  readonly #kind: number;
  readonly #words: number;
  readonly #make: (member: Member, block: number) => void;

  /** @param make gives the new object its values */
  constructor(
    threads: number,
    kind: number,
    words: number,
    make: (member: Member, block: number) => void = () => {},
  ) {
    // Their policies are known once the classes are loaded.
    assert.ok("Lock" in threading && policyOf(kind) !== undefined);
    this.#threads = threads;
    this.#kind = kind;
    this.#words = words;
    this.#make = make;
    const slots = Array.from({ length: threads }, (_, index) => index + 1);
    this.arena = new ModelArena(slots, 6);
  }

  get block(): number {
    return this.handle.block;
  }

  /** A thread of the model. */
  thread(body: (member: Member, self: Self) => void): (self: Self) => void {
    return (self) => {
      body(this.isPlain ? this.arena.joinPlainly(self) : this.arena.join(self), self);
      self.note(0, 1);
    };
  }

  /** Inside what only one may be in at a time. */
  inside(self: Self, member: Member): void {
    const { words } = member.arena;
    self.assert(atomics.load(words, GUARDED) === 0, "two are inside");
    atomics.store(words, GUARDED, member.id);
    self.assert(atomics.load(words, GUARDED) === member.id, "two are inside");
    atomics.store(words, GUARDED, 0);
  }

  /** What the abandoned owner left behind is put in order by the next. */
  tidy(member: Member): void {
    atomics.store(member.arena.words, GUARDED, 0);
  }

  explore(
    model: Partial<Model> & Pick<Model, "threads">,
    atEnd: (member: Member, outcome: Outcome) => void = () => {},
  ): Tally {
    const hrtime = process.hrtime.bind(process);
    // Time stands still: a schedule that is run again must do the same.
    const clock = (): [number, number] => [0, 0];
    process.hrtime = Object.assign(clock, { bigint: () => 0n });
    try {
      const tally = explore({
        memoryBytes: this.arena.memoryBytes,
        nameOf: (index) => this.#nameOf(index),
        setup: (memory) => {
          this.arena.format(memory);
          const observer = this.arena.observer();
          this.handle = observer.create(this.#kind, WORDS_AT + this.#words);
          this.#make(observer, this.block);
          this.arena.giveRecords();
        },
        final: (outcome) => {
          const member = this.arena.observer(outcome.killed);
          const through = outcome.noted(0);
          const living = this.#threads - outcome.killed.length;
          outcome.assert(through >= living, `${through} of ${living} came through`);
          const queued = first(member.arena, bucketFor(this.block), this.block);
          outcome.assert(queued === 0, "somebody is queued at the end");
          atEnd(member, outcome);
        },
        ...model,
      });
      assert.ok(tally.complete);
      return tally;
    } finally {
      process.hrtime = hrtime as typeof process.hrtime;
    }
  }

  #nameOf(index: number): string {
    const word = index - this.block - WORDS_AT;
    return word >= 0 && word < this.#words ? `word ${word}` : this.arena.nameOf(index);
  }
}
