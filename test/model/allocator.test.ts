import assert from "node:assert/strict";
import { test } from "node:test";
import type { Allocator } from "#internal/core/allocator.js";
import { atomics } from "#internal/core/atomics.js";
import { passTo, stampOf } from "#internal/core/blocks.js";
import { FIRST_SUPERBLOCK, NOBODY } from "#internal/core/layout.js";
import { settle } from "#internal/core/settle.js";
import { ownerOf, shapeOf, startOf, superblockOf } from "#internal/core/superblocks.js";
import { ModelArena } from "./arena.ts";
import { type Model, type Self, type Tally, explore } from "./scheduler.ts";

const SMALL = 100;
const LARGE = 60_000;
/** Takes two superblocks. */
const SPAN = 70_000;
/** A word where one thread leaves a block for another. */
const MAILBOX = 200;

class AllocatorModel {
  readonly arena: ModelArena;
  readonly #superblocks: number;

  constructor(threads: number, superblocks: number) {
    const slots = Array.from({ length: threads }, (_, index) => index + 1);
    this.arena = new ModelArena(slots, superblocks);
    this.#superblocks = superblocks;
  }

  explore(model: Partial<Model> & Pick<Model, "threads">): Tally {
    const tally = explore({
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.arena.nameOf(index),
      setup: (words) => this.arena.format(words),
      final: ({ killed, assert: must }) => {
        const { arena, allocator } = this.arena.observer(killed);
        for (const thread of model.threads.keys()) allocator.disown(this.arena.idOf(thread));
        for (let number = 0; number < this.#superblocks; number++) {
          const superblock = FIRST_SUPERBLOCK + number;
          must(ownerOf(arena, superblock) === 0, `superblock ${superblock} is not free at the end`);
          must(shapeOf(arena, superblock) === 0, `superblock ${superblock} has a shape at the end`);
        }
      },
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  /** Allocates a block and marks it, all along, as this thread's. */
  take(self: Self, allocator: Allocator, sizeBytes: number): number {
    const block = allocator.allocate(sizeBytes, 0);
    for (const word of this.#marks(block, sizeBytes)) {
      atomics.store(self.words, word, self.index + 1);
    }
    return block;
  }

  /** Checks that nobody else wrote into the block. */
  check(self: Self, block: number, sizeBytes: number, marker: number = self.index): void {
    for (const word of this.#marks(block, sizeBytes)) {
      self.assert(atomics.load(self.words, word) === marker + 1, "a block was given twice");
    }
  }

  #marks(block: number, sizeBytes: number): number[] {
    const last = superblockOf(block + sizeBytes / 4);
    const first = superblockOf(block);
    return first === last ? [block] : [block, startOf(last)];
  }

  takeAndFree(sizeBytes: number, times = 1) {
    return (self: Self): void => {
      const { allocator } = this.arena.join(self);
      for (let time = 0; time < times; time++) {
        const block = this.take(self, allocator, sizeBytes);
        this.check(self, block, sizeBytes);
        allocator.free(block);
      }
    };
  }

  /** Allocates a block that is nobody's, and leaves it for another to free. */
  leave(sizeBytes: number) {
    return (self: Self): void => {
      const { arena, allocator } = this.arena.join(self);
      const block = this.take(self, allocator, sizeBytes);
      passTo(arena, block, NOBODY);
      atomics.store(self.words, MAILBOX, block);
    };
  }

  /** Frees the block that was left, if it was; then works on its own. */
  freeLeft(sizeBytes: number, then: (self: Self, allocator: Allocator) => void = () => {}) {
    return (self: Self): void => {
      const { arena, allocator } = this.arena.join(self);
      const block = atomics.load(self.words, MAILBOX);
      if (block === 0) return;
      this.check(self, block, sizeBytes, 0);
      allocator.freeFrom(NOBODY, { block, stamp: stampOf(arena, block) });
      then(self, allocator);
    };
  }

  /** Settles the first thread once it is dead. */
  bury(then: (self: Self, allocator: Allocator) => void = () => {}) {
    return (self: Self): void => {
      const member = this.arena.join(self);
      if (self.isAlive(0)) return;
      settle(member, this.arena.idOf(0));
      then(self, member.allocator);
    };
  }
}

test("two threads never get the same room, and at the end all of it is free", () => {
  for (const [one, other] of [
    [SMALL, SMALL],
    [SMALL, LARGE],
    [SPAN, SMALL],
    [SPAN, SPAN],
  ] as const) {
    const model = new AllocatorModel(2, 6);
    const threads = [model.takeAndFree(one), model.takeAndFree(other)];
    model.explore({ threads });
    model.explore({ threads, kills: 1 });
  }
});

test("a block that is freed by another while its maker is settled is free once", () => {
  for (const size of [SMALL, SPAN]) {
    const model = new AllocatorModel(3, 6);
    const takeAnother = (self: Self, allocator: Allocator): void => {
      const block = model.take(self, allocator, size);
      model.check(self, block, size);
      allocator.free(block);
    };
    model.explore({
      threads: [model.leave(size), model.freeLeft(size, takeAnother), model.bury(takeAnother)],
      kills: 1,
      mortal: [0],
      preemptions: size === SPAN ? 3 : 2,
      // What nobody found in the mailbox is still there.
      final: undefined,
    });
  }
});
