import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { type Handle, OBJECT_AT, countMessage, isInUse, stampOf } from "#internal/core/blocks.js";
import { registerKind } from "#internal/core/kinds.js";
import type { Member } from "#internal/core/member.js";
import { eachBlock } from "#internal/core/superblocks.js";
import { ModelArena } from "./arena.ts";
import { type Model, type Self, type Tally, explore } from "./scheduler.ts";

const KIND = 90;
const DESTROYED = OBJECT_AT;

// What is destroyed says so in its own words; destroying what is in another use would show.
registerKind(KIND, {
  name: "object of a model",
  shared: true,
  destroy: ({ arena }, { block }) => void atomics.add(arena.words, block + DESTROYED, 1),
});

/** A model whose threads share one object; those of `owners` have it when they begin. */
class ObjectModel {
  readonly arena: ModelArena;
  handle: Handle = { block: 0, stamp: 0 };

  constructor(slots: readonly number[]) {
    this.arena = new ModelArena(slots);
  }

  explore(owners: readonly number[], model: Partial<Model> & Pick<Model, "threads">): Tally {
    return explore({
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.arena.nameOf(index),
      setup: (words) => {
        this.arena.format(words);
        const maker = this.arena.observer();
        this.handle = maker.create(KIND, 8);
        for (const owner of owners) {
          atomics.or(words, this.handle.block + (this.#slot(owner) >>> 5), 1 << this.#slot(owner));
        }
        maker.letGo(this.handle);
      },
      final: ({ killed, words, assert: must }) => {
        const { arena } = this.arena.observer(killed);
        let left = 0;
        eachBlock(arena, () => left++);
        must(left === 0, `${left} blocks are left when everybody has let go or is dead`);
        must(!isInUse(stampOf(arena, this.handle.block)), "the object is still in use");
        must(words[this.handle.block + DESTROYED]! >= 1, "the object was freed undestroyed");
        if (killed.length === 0) {
          must(words[this.handle.block + DESTROYED] === 1, "the object was destroyed twice");
        }
      },
      ...model,
    });
  }

  #slot(thread: number): number {
    return this.arena.idOf(thread) & 1023;
  }

  letGo(member: Member): void {
    member.letGoFor(member.id, this.handle);
  }

  mustLive(self: Self, { arena }: Member): void {
    self.assert(stampOf(arena, this.handle.block) === this.handle.stamp, "it was freed too early");
  }
}

test("of two who let an object go at once one frees it", () => {
  const model = new ObjectModel([1, 2]);
  const letGo = (self: Self): void => {
    const member = model.arena.join(self);
    model.mustLive(self, member);
    model.letGo(member);
  };
  assert.ok(model.explore([0, 1], { threads: [letGo, letGo], preemptions: 3 }).complete);
  assert.ok(model.explore([0, 1], { threads: [letGo, letGo], kills: 1 }).complete);
  assert.ok(model.explore([0, 1], { threads: [letGo, letGo], kills: 2 }).complete);
});

test("an object that moves in a message while another lets it go stays alive", () => {
  const model = new ObjectModel([70, 5, 40]);
  const MESSAGE = 200;
  const send = (self: Self): void => {
    const member = model.arena.join(self);
    countMessage(member.arena, model.handle.block, 1);
    atomics.store(self.words, MESSAGE, 1);
    model.letGo(member);
  };
  const receive = (self: Self): void => {
    const member = model.arena.join(self);
    while (atomics.load(self.words, MESSAGE) === 0);
    member.retain(model.handle);
    countMessage(member.arena, model.handle.block, -1);
    model.mustLive(self, member);
    model.letGo(member);
  };
  const letGo = (self: Self): void => model.letGo(model.arena.join(self));
  const threads = [send, receive, letGo];
  assert.ok(model.explore([0, 2], { threads, preemptions: 3 }).complete);
});
