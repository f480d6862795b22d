import { PrimitiveModel } from "./primitive-model.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import type { Member } from "#internal/core/member.js";
import { TIMED_OUT } from "#internal/core/waitable.js";
import { KIND_LOCK } from "#internal/sync/kinds.js";
import "#internal/sync/lock.js";
import {
  TAKEN_ABANDONED,
  dropSlow,
  lockWait,
  ownerOf,
  tryDrop,
  tryTake,
} from "#internal/sync/lock-word.js";
import type { Outcome, Self } from "./scheduler.ts";

const WORDS = 24;

/** Takes the lock, is inside, and gives it back, so many times. */
function use(model: PrimitiveModel, times = 1, timeoutMs = Infinity): (self: Self) => void {
  return model.thread((member, self) => {
    const { block } = model;
    for (let time = 0; time < times; time++) {
      if (!tryTake(member, block)) {
        const wait = lockWait(member, block, 0);
        const token = waitBlocking(member, wait, new Deadline(timeoutMs));
        if (token === TIMED_OUT) continue;
        if (token === TAKEN_ABANDONED) model.tidy(member);
      }
      model.inside(self, member);
      if (!tryDrop(member, block)) self.assert(dropSlow(member, block), "the lock was free");
    }
  });
}

const isFree = (model: PrimitiveModel) => (member: Member, outcome: Outcome) =>
  outcome.assert(ownerOf(member, model.block) === 0, "the lock is held at the end");

function exploreLock(threads: number, options: object, times = 1): void {
  const model = new PrimitiveModel(threads, KIND_LOCK, WORDS);
  const all = Array.from({ length: threads }, () => use(model, times));
  const tally = model.explore({ threads: all, ...options }, isFree(model));
  assert.ok(tally.schedules > 10);
  if (process.env["TALLY"]) console.error(tally);
}

test("a Lock admits one at a time, and everybody comes through", { timeout: 120_000 }, () => {
  exploreLock(2, { preemptions: 3 });
  exploreLock(3, { preemptions: 2 });
  exploreLock(2, { preemptions: 3 }, 2);
  exploreLock(3, { preemptions: 1 }, 2);
});

test("a Lock survives the death of anybody at any step", { timeout: 120_000 }, () => {
  exploreLock(2, { kills: 1, preemptions: 3 });
  exploreLock(2, { kills: 1, preemptions: 2 }, 2);
  exploreLock(3, { kills: 1, preemptions: 1 });
});

test("a wait for a Lock that runs out of time takes nothing with it", { timeout: 120_000 }, () => {
  const model = new PrimitiveModel(3, KIND_LOCK, WORDS);
  model.explore(
    { threads: [use(model), use(model, 1, 100), use(model)], alarms: 1, preemptions: 1 },
    isFree(model),
  );
});
