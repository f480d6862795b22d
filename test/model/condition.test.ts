import { PrimitiveModel } from "./primitive-model.ts";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import type { Member } from "#internal/core/member.js";
import { bucketFor } from "#internal/core/queues.js";
import { TIMED_OUT } from "#internal/core/waitable.js";
import { latched } from "#internal/core/wake.js";
import { ConditionWait } from "#internal/sync/condition-wait.js";
import { CONDITION_WORDS, bindLock, notifyWaiters } from "#internal/sync/condition-words.js";
import { KIND_CONDITION, KIND_LOCK } from "#internal/sync/kinds.js";
import type { Lock } from "#internal/sync/lock.js";
import { dropSlow, lockWait, ownerOf, tryDrop, tryTake } from "#internal/sync/lock-word.js";
import { WORDS_AT } from "#internal/sync/shared-object.js";
import type { Self } from "./scheduler.ts";

/** A word of the header that is never used: how many items there are. */
const ITEMS = 301;

class ConditionModel extends PrimitiveModel {
  condition = 0;
  override isPlain = true;

  constructor(threads: number) {
    super(threads, KIND_LOCK, 24, (member, block) => {
      const handle = member.create(KIND_CONDITION, WORDS_AT + CONDITION_WORDS);
      this.condition = handle.block;
      bindLock(member, handle.block, { block, stamp: 1 }, KIND_LOCK);
    });
  }

  enter(member: Member): void {
    if (tryTake(member, this.block)) return;
    waitBlocking(member, lockWait(member, this.block, 0), new Deadline(Infinity));
  }

  leave(member: Member): void {
    if (!tryDrop(member, this.block)) dropSlow(member, this.block);
  }

  wait(member: Member, timeoutMs: number): boolean {
    const lock = { member, handle: this.handle, leaving() {}, retaken() {} } as unknown as Lock;
    const waiting = new ConditionWait(this.condition, lock, { flow: 0, depth: 1 });
    let token = waitBlocking(member, waiting, new Deadline(timeoutMs));
    if (token === TIMED_OUT) token = waiting.retake();
    waiting.end(token);
    return !waiting.gaveUp;
  }

  /** Takes an item, waiting until there is one. */
  take(timeoutMs = Infinity): (self: Self) => void {
    return this.thread((member, self) => {
      this.enter(member);
      const { words } = member.arena;
      while (atomics.load(words, ITEMS) === 0) {
        if (this.wait(member, timeoutMs)) continue;
        self.assert(ownerOf(member, this.block) === member.id, "gave up without the lock");
        this.leave(member);
        return;
      }
      self.assert(ownerOf(member, this.block) === member.id, "awake without the lock");
      atomics.add(words, ITEMS, -1);
      this.inside(self, member);
      this.leave(member);
    });
  }

  /** Puts items, one at a time, and notifies one waiter for each. */
  put(items: number): (self: Self) => void {
    return this.thread((member) => {
      for (let item = 0; item < items; item++) {
        this.enter(member);
        atomics.add(member.arena.words, ITEMS, 1);
        latched(member, bucketFor(this.block), () =>
          notifyWaiters(member, this.condition, this.block, 1),
        );
        this.leave(member);
      }
    });
  }
}

test("a Condition wakes one waiter for each notification", { timeout: 120_000 }, () => {
  const model = new ConditionModel(3);
  model.explore({ threads: [model.put(2), model.take(), model.take()], preemptions: 1 });
  const two = new ConditionModel(2);
  two.explore({ threads: [two.put(1), two.take()], preemptions: 3 });
});

test("a wait that runs out of time leaves its notification to others", { timeout: 120_000 }, () => {
  const model = new ConditionModel(3);
  model.explore({
    threads: [model.put(2), model.take(100), model.take()],
    preemptions: 1,
    alarms: 1,
  });
});
