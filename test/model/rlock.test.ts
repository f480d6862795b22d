import { PrimitiveModel } from "./primitive-model.ts";
import { test } from "node:test";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import { KIND_RLOCK } from "#internal/sync/kinds.js";
import {
  TAKEN_ABANDONED,
  depthOf,
  dropSlow,
  flowOf,
  lockWait,
  ownerOf,
  setHolder,
  tryDrop,
  tryTake,
} from "#internal/sync/lock-word.js";

/** Takes the lock as a flow of its own, again inside, and gives both back. */
function nest(model: PrimitiveModel, flow: number) {
  return model.thread((member, self) => {
    const { block } = model;
    if (tryTake(member, block)) setHolder(member, block, flow, 1);
    else {
      const token = waitBlocking(member, lockWait(member, block, flow), new Deadline(Infinity));
      if (token === TAKEN_ABANDONED) model.tidy(member);
    }
    self.assert(ownerOf(member, block) === member.id, "not the owner");
    if (model.isPlain) {
      self.assert(flowOf(member, block) === flow, "held by another flow");
      self.assert(depthOf(member, block) === 1, "held twice at the start");
    }
    setHolder(member, block, flow, 2);
    model.inside(self, member);
    setHolder(member, block, flow, 1);
    if (!tryDrop(member, block)) self.assert(dropSlow(member, block), "the lock was free");
  });
}

function exploreRLock(threads: number, options: object): void {
  const model = new PrimitiveModel(threads, KIND_RLOCK, 24);
  // What settles a death writes names, which a model cannot step through.
  model.isPlain = !("kills" in options);
  const all = Array.from({ length: threads }, (_, index) => nest(model, 7 + index));
  model.explore({ threads: all, ...options }, (member, outcome) =>
    outcome.assert(ownerOf(member, model.block) === 0, "the lock is held at the end"),
  );
}

test("an RLock knows its owner and depth, whoever gave it", { timeout: 120_000 }, () => {
  exploreRLock(2, { preemptions: 3 });
  exploreRLock(3, { preemptions: 2 });
});

test("an RLock of the dead is held once by the next", { timeout: 120_000 }, () => {
  exploreRLock(2, { kills: 1, preemptions: 3 });
  exploreRLock(3, { kills: 1, preemptions: 1 });
});
