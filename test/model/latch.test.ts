import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { dropLatch, takeLatch } from "#internal/core/latch.js";
import { BUCKETS_AT } from "#internal/core/layout.js";
import { ModelArena } from "./arena.ts";
import { type Self, type Tally, explore } from "./scheduler.ts";

const LATCH = BUCKETS_AT;
/** Words that the latch guards: both zero whenever nobody is inside. */
const GUARDED = BUCKETS_AT + 1;

/** Takes and drops the latch; who dies inside leaves the guarded words half changed. */
function work(model: ModelArena, times: number) {
  return (self: Self): void => {
    const { arena, id } = model.join(self);
    const { words } = arena;
    for (let time = 0; time < times; time++) {
      const takenOver = takeLatch(arena, LATCH, id);
      const untidy = atomics.load(words, GUARDED) !== 0;
      self.assert(!untidy || takenOver, "two are inside, or nobody told of a death");
      atomics.store(words, GUARDED, id);
      self.assert(atomics.load(words, GUARDED) === id, "two are inside");
      atomics.store(words, GUARDED, 0);
      dropLatch(arena, LATCH);
    }
    self.note(0, 1);
  };
}

function exploreLatch(threads: number, times: number, kills: number): Tally {
  const model = new ModelArena(
    Array.from({ length: threads }, (_, index) => index + 1),
    0,
  );
  return explore({
    threads: Array.from({ length: threads }, () => work(model, times)),
    memoryBytes: model.memoryBytes,
    setup: (words) => model.format(words),
    nameOf: (index) => model.nameOf(index),
    kills,
    preemptions: 3,
    patienceMs: 100,
    final: ({ noted, killed, assert: must }) =>
      must(noted(0) >= threads - killed.length, "not all came through"),
  });
}

test("a latch lets one in at a time and wakes who waits", () => {
  const tally = exploreLatch(3, 1, 0);
  assert.ok(tally.complete);
  exploreLatch(2, 2, 0);
});

test("a latch whose holder dies is taken over by one who is told", () => {
  assert.ok(exploreLatch(2, 2, 1).complete);
  assert.ok(exploreLatch(3, 1, 1).complete);
});
