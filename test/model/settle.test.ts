import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { type Handle, isRetainedBy, stampOf } from "#internal/core/blocks.js";
import { registerKind } from "#internal/core/kinds.js";
import { slotAt, slotOf } from "#internal/core/layout.js";
import { Member } from "#internal/core/member.js";
import { settle } from "#internal/core/settle.js";
import {
  FREE,
  SETTLING,
  S_STATE,
  claimSlot,
  goLive,
  phaseOf,
  settlerIn,
} from "#internal/core/slots.js";
import { eachBlock } from "#internal/core/superblocks.js";
import { ModelArena } from "./arena.ts";
import { type Self, explore } from "./scheduler.ts";

const KIND = 91;
registerKind(KIND, { name: "object of a model", shared: true });

const VICTIM = 0;

class DeathModel {
  readonly arena: ModelArena = new ModelArena([1, 2, 3], 4);
  /** Somebody outside has it all along. */
  handle: Handle = { block: 0, stamp: 0 };

  setup(words: Int32Array): void {
    this.arena.format(words);
    this.handle = this.arena.observer().create(KIND, 1);
  }

  /** Has the object and a block, and asks for another. */
  readonly live = (self: Self): void => {
    const member = this.arena.join(self);
    member.retain(this.handle);
    const block = member.allocator.allocate(200, 0);
    member.allocator.allocate(200, 0);
    member.allocator.free(block);
  };

  readonly bury = (self: Self): void => {
    const member = this.arena.join(self);
    if (!self.isAlive(VICTIM)) settle(member, this.arena.idOf(VICTIM));
  };

  /** Settles the victim, and then whoever was at it before and died. */
  readonly buryBoth = (self: Self): void => {
    const member = this.arena.join(self);
    if (self.isAlive(VICTIM)) return;
    settle(member, this.arena.idOf(VICTIM));
    if (!self.isAlive(1)) settle(member, this.arena.idOf(1));
  };

  /** Hears of nothing but the death of who settles the victim. */
  readonly buryTheSettler = (self: Self): void => {
    const member = this.arena.join(self);
    if (!self.isAlive(1)) settle(member, this.arena.idOf(1));
  };

  /** Settles the victim and takes its slot, to have the object in a new life. */
  readonly buryAndFollow = (self: Self): void => {
    const { arena } = this.arena.join(self);
    this.buryBoth(self);
    if (self.isAlive(VICTIM)) return;
    const id = claimSlot(arena, { pid: 1, tid: 1, threadId: 0, started: 0, name: "" });
    goLive(arena, id);
    const newcomer = new Member(arena, id);
    newcomer.retain(this.handle);
    const block = newcomer.allocator.allocate(200, 0);
    atomics.load(arena.words, slotAt(slotOf(id)) + S_STATE);
    self.assert(isRetainedBy(arena, this.handle.block, id), "what a newcomer has was let go");
    const state = atomics.load(arena.words, slotAt(slotOf(id)) + S_STATE);
    self.assert(phaseOf(state) !== FREE, "the slot of a newcomer was freed");
    newcomer.allocator.free(block);
    self.note(0, id);
  };
}

test("of two who settle a death one does, and the next after its death", () => {
  const model = new DeathModel();
  const tally = explore({
    threads: [model.live, model.bury, model.buryBoth],
    memoryBytes: model.arena.memoryBytes,
    setup: (words) => model.setup(words),
    nameOf: (index) => model.arena.nameOf(index),
    kills: 2,
    mortal: [VICTIM, 1],
    preemptions: 1,
    final: ({ words, killed, assert: must }) => {
      if (!killed.includes(VICTIM)) return;
      const { arena } = model.arena.observer(killed);
      const left: number[] = [];
      eachBlock(arena, (block) => left.push(block));
      must(left.length === 1 && left[0] === model.handle.block, `these are left: ${left.join()}`);
      must(stampOf(arena, model.handle.block) === model.handle.stamp, "the object was freed");
      must(phaseOf(words[slotAt(1) + S_STATE]!) === FREE, "the slot of the dead is not free");
    },
  });
  assert.ok(tally.complete);
});

test("a newcomer in the slot of the dead loses nothing to a second settler", () => {
  const model = new DeathModel();
  const tally = explore({
    threads: [model.live, model.bury, model.buryAndFollow],
    memoryBytes: model.arena.memoryBytes,
    setup: (words) => model.setup(words),
    nameOf: (index) => model.arena.nameOf(index),
    kills: 1,
    mortal: [VICTIM],
    final: ({ noted, assert: must }) => {
      if (noted(0) === 0) return;
      const { arena } = model.arena.observer();
      must(isRetainedBy(arena, model.handle.block, noted(0)), "what a newcomer has was let go");
    },
  });
  assert.ok(tally.complete);
});

test("who settles a settler goes on with what that one was settling", () => {
  const model = new DeathModel();
  const tally = explore({
    threads: [model.live, model.bury, model.buryTheSettler],
    memoryBytes: model.arena.memoryBytes,
    setup: (words) => model.setup(words),
    nameOf: (index) => model.arena.nameOf(index),
    kills: 2,
    mortal: [VICTIM, 1],
    preemptions: 1,
    final: ({ words, assert: must }) => {
      const state = words[slotAt(1) + S_STATE]!;
      const settler = words[slotAt(settlerIn(state)) + S_STATE]!;
      const isStuck = phaseOf(state) === SETTLING && phaseOf(settler) === FREE;
      must(!isStuck, "a settling belongs to a settler that is forgotten");
    },
  });
  assert.ok(tally.complete);
});
