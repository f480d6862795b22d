/** A crew's thread hands out, also while it sleeps, what its workers were not offered at once. */
import { test } from "node:test";
import { Patience } from "#internal/core/patience.js";
import { ArenaAttention } from "#internal/crew/arena-attention.js";
import { ModelLoop } from "./event-loop.ts";
import { OneWorkerCrew, OVER } from "./one-worker-crew.ts";
import type { Model, Self, Tally } from "./scheduler.ts";

/** A crew whose calls are offered to nobody before it looks, which it only does where it must. */
class QueuedCallsModel extends OneWorkerCrew {
  override explore(model: Partial<Model>): Tally {
    const own = Object.getOwnPropertyDescriptor(Patience.prototype, "next")!;
    // As where looking was in vain of late.
    Object.defineProperty(Patience.prototype, "next", { ...own, value: () => 0 });
    try {
      return super.explore(model);
    } finally {
      Object.defineProperty(Patience.prototype, "next", own);
    }
  }

  /** Answers nothing before it has all. */
  protected worker(self: Self): void {
    const member = this.joinAsWorker(self);
    this.waitForCalls(self.words, this.calls);
    for (let count = 0; count < this.calls; count++) this.answer(self.words, member);
    self.note(OVER, 1);
  }

  protected crew(self: Self): void {
    const member = this.joinAsCrew(self);
    const { words } = self;
    let called = 0;
    let isAsleep = false;
    const crew = this.crewOf(words);
    const pump = crew.pump.bind(crew);
    const expectant = Object.assign(crew, {
      pump: (): boolean => {
        const came = pump();
        if (crew.waiting.size > 0) this.tellCalls(words, crew.waiting.size);
        crew.waiting.size = 0;
        return came;
      },
      asleep: (): void => {
        isAsleep = true;
      },
    });
    const attention = new ArenaAttention(member, expectant);
    const call = (): void => {
      called++;
      isAsleep = false;
      crew.pending++;
      crew.waiting.size++;
      attention.expect();
    };
    new ModelLoop(member).runUntil(call, () => {
      if (isAsleep && called < this.calls) call();
      return crew.taken === this.calls;
    });
    self.note(OVER, 1);
  }
}

test("what is queued while the crew sleeps is handed out", () => {
  new QueuedCallsModel(2).explore({ preemptions: 3 });
  new QueuedCallsModel(3).explore({ preemptions: 1 });
});
