import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Handle } from "#internal/core/blocks.js";
import { ASLEEP, LinkWords, STOP } from "#internal/crew/link-words.js";
import { type Model, type Outcome, type Self, type Tally, explore } from "./scheduler.ts";

const RING_WORDS = 16;
/** Shorter than a slice of sleep: who is not woken comes too late. */
const PATIENCE_MS = 100;

const OVER = 0;
const RAN = 100;
const REVOKED = 200;

class LinkModel {
  readonly arena: ModelArena = new ModelArena([1, 2], 6);
  handle: Handle = { block: 0, stamp: 0 };

  explore(model: Partial<Model> & Pick<Model, "threads">): Tally {
    const tally = explore({
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.arena.nameOf(index),
      patienceMs: PATIENCE_MS,
      setup: (words) => {
        this.arena.format(words);
        this.handle = LinkWords.create(this.arena.observer(), RING_WORDS).handle;
        this.arena.giveRecords();
      },
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  #join(self: Self): LinkWords {
    return new LinkWords(this.arena.joinPlainly(self), this.handle, RING_WORDS);
  }

  /** Offers tasks, takes some back, and tells the worker to end. */
  crew(tasks: readonly number[], unwanted: readonly number[]) {
    return (self: Self): void => {
      const link = this.#join(self);
      for (const number of tasks) {
        link.offer(number);
        const from = link.tasks.place(4);
        self.assert(from >= 0, "there is no room");
        link.words[from / 4] = number;
        link.tasks.commit(4);
        link.wake();
      }
      for (const number of unwanted) if (link.revoke(number)) self.note(REVOKED + number, 1);
      link.set(STOP, 1);
      link.wake();
      self.note(OVER, 1);
    };
  }

  worker() {
    return (self: Self): void => {
      const link = this.#join(self);
      const hasNews = (): boolean => !link.tasks.isEmpty || link.get(STOP) === 1;
      for (;;) {
        if (link.tasks.first()) {
          const number = link.words[link.tasks.from / 4]!;
          const mine = link.claim(number);
          link.tasks.drop();
          if (mine) self.note(RAN + number, 1);
        } else if (link.get(STOP) === 1 && link.tasks.isEmpty) break;
        else link.sleepUnless(ASLEEP, hasNews);
      }
      self.note(OVER, 1);
    };
  }
}

test("a task runs once or is taken back, and a sleeping worker is woken for it", () => {
  const model = new LinkModel();
  model.explore({
    threads: [model.crew([1, 2], [2, 1]), model.worker()],
    final: ({ noted, assert: must }: Outcome): void => {
      must(noted(OVER) === 2, "not all came through");
      for (const number of [1, 2]) {
        must(
          noted(RAN + number) + noted(REVOKED + number) === 1,
          `task ${number} is lost or twice`,
        );
      }
    },
  });
});

test("of a worker that dies, at most one task is neither done nor to be had again", () => {
  const model = new LinkModel();
  model.explore({
    threads: [model.crew([1, 2], [2, 1]), model.worker()],
    kills: 1,
    mortal: [1],
    preemptions: 1,
    final: ({ noted, assert: must }: Outcome): void => {
      let lost = 0;
      for (const number of [1, 2]) {
        const times = noted(RAN + number) + noted(REVOKED + number);
        must(times <= 1, `task ${number} ran although it was taken back`);
        if (times === 0) lost++;
      }
      must(lost <= 1, "two tasks are lost");
    },
  });
});
