import { PrimitiveModel } from "./primitive-model.ts";
import { test } from "node:test";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import { TIMED_OUT, WAIT } from "#internal/core/waitable.js";
import { KIND_SEMAPHORE } from "#internal/sync/kinds.js";
import {
  PERMIT_WORDS,
  attemptPermit,
  initialise,
  permitHolders,
  putBack,
  valueOf,
} from "#internal/sync/permits.js";

function use(model: PrimitiveModel, timeoutMs = Infinity, exclusive = true) {
  return model.thread((member, self) => {
    const { block } = model;
    const wait = {
      home: block,
      key: block,
      attempt: () => attemptPermit(member, block),
      dependsOn: () => permitHolders(member, block),
    };
    if (waitBlocking(member, wait, new Deadline(timeoutMs)) === TIMED_OUT) return;
    if (exclusive) model.inside(self, member);
    self.assert(putBack(member, block, 1), "one too many was given back");
  });
}

function exploreSemaphore(permits: number, timeouts: readonly number[], options: object): void {
  const model = new PrimitiveModel(timeouts.length, KIND_SEMAPHORE, PERMIT_WORDS, (member, block) =>
    initialise(member, block, permits, true),
  );
  const threads = timeouts.map((timeoutMs) =>
    use(model, timeoutMs, permits === 1 && !("kills" in options)),
  );
  model.explore({ threads, ...options }, (member, outcome) => {
    // Whatever the dead had begun is finished by the next who comes.
    attemptPermit(member, model.block);
    outcome.assert(valueOf(member, model.block) === permits - 1, "permits were lost or made");
  });
}

test("a Semaphore gives each permit to one and loses none", { timeout: 120_000 }, () => {
  exploreSemaphore(1, [Infinity, Infinity], { preemptions: 3 });
  exploreSemaphore(2, [Infinity, Infinity, Infinity], { preemptions: 1 });
});

test("the permits of the dead come back, each once", { timeout: 120_000 }, () => {
  exploreSemaphore(1, [Infinity, Infinity], { kills: 1, preemptions: 2 });
  exploreSemaphore(2, [Infinity, Infinity, Infinity], { kills: 1, preemptions: 1 });
});

test("a signal that its waiter did not live to see goes to another", { timeout: 120_000 }, () => {
  const [GOT, QUEUED] = [1, 2];
  const model = new PrimitiveModel(2, KIND_SEMAPHORE, PERMIT_WORDS, (member, block) =>
    initialise(member, block, 0, false),
  );
  const waiter = model.thread((member, self) => {
    const { block } = model;
    const wait = {
      home: block,
      key: block,
      attempt: () => attemptPermit(member, block),
      queued: () => {
        self.note(QUEUED, 1);
        return WAIT;
      },
    };
    waitBlocking(member, wait, new Deadline(Infinity));
    self.note(GOT, 1);
  });
  const signaller = model.thread((member) => putBack(member, model.block, 1));
  const threads = [waiter, signaller];
  model.explore({ threads, kills: 1, mortal: [0], preemptions: 2 }, (member, outcome) => {
    // One that need not queue dies between taking it and going on, as if it had gone on.
    const arrived = outcome.noted(GOT) + (outcome.noted(QUEUED) === 1 ? 0 : 1);
    const left = valueOf(member, model.block);
    outcome.assert(left + outcome.noted(GOT) <= 1, "a signal came twice");
    outcome.assert(left + arrived >= 1, "a signal is lost");
  });
});

test("a wait for a permit that runs out of time takes none", { timeout: 120_000 }, () => {
  exploreSemaphore(1, [Infinity, 100], { alarms: 1, preemptions: 2 });
});
