import { PrimitiveModel } from "./primitive-model.ts";
import { test } from "node:test";
import { waitBlocking } from "#internal/core/block-wait.js";
import { retain } from "#internal/core/blocks.js";
import { Deadline } from "#internal/core/deadline.js";
import { Arrival } from "#internal/sync/arrival.js";
import {
  ACT,
  BARRIER_WORDS,
  TURNED_AWAY,
  endAction,
  writeShape,
} from "#internal/sync/barrier-words.js";
import { KIND_BARRIER } from "#internal/sync/kinds.js";

function make(threads: number, hasAction = false): PrimitiveModel {
  const model = new PrimitiveModel(threads, KIND_BARRIER, BARRIER_WORDS, (member, block) => {
    writeShape(member, block, { parties: threads, hasAction, timeoutMs: Infinity });
    for (let thread = 0; thread < threads; thread++) {
      retain(member.arena, block, model.arena.idOf(thread));
    }
  });
  return model;
}

/** Meets the others so many times; notes 1 counts the actions. */
function meet(model: PrimitiveModel, rounds: number, canAct = false) {
  return model.thread((member, self) => {
    for (let round = 0; round < rounds; round++) {
      const arrival = new Arrival(member, model.block, canAct);
      const token = waitBlocking(member, arrival, new Deadline(Infinity));
      if (token === TURNED_AWAY) return;
      if ((token & ACT) !== 0) {
        self.note(1, 1);
        endAction(member, model.block, arrival.round, true);
      }
      self.assert(!canAct || self.note(1, 0) > round, "went on before the action");
    }
  });
}

test(
  "a Barrier lets nobody go before all have come, round after round",
  { timeout: 120_000 },
  () => {
    const three = make(3);
    three.explore({ threads: Array.from({ length: 3 }, () => meet(three, 1)), preemptions: 2 });
    const two = make(2);
    two.explore({ threads: [meet(two, 2), meet(two, 2)], preemptions: 2 });
  },
);

test("a Barrier runs its action once for each round, first", { timeout: 120_000 }, () => {
  const model = make(2, true);
  model.explore(
    { threads: [meet(model, 2, true), meet(model, 2, true)], preemptions: 2 },
    (_, outcome) => outcome.assert(outcome.noted(1) === 2, "not two actions"),
  );
});

test("a Barrier that loses a party breaks and keeps nobody", { timeout: 120_000 }, () => {
  const model = make(3);
  const threads = Array.from({ length: 3 }, () => meet(model, 1));
  model.explore({ threads, kills: 1, mortal: [0], preemptions: 1 });
});
