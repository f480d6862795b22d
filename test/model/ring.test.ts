import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Handle } from "#internal/core/blocks.js";
import { Ring, type RingSharing } from "#internal/core/ring.js";
import { type Model, type Outcome, type Self, type Tally, explore } from "./scheduler.ts";

/** The smallest: 16 words, so that the third message of this length wraps. */
const RING_BYTES = 64;
const MESSAGE_BYTES = 20;

const RECEIVED = 0;
const OVER = 400;

class RingModel {
  readonly arena: ModelArena;
  readonly #sharing: RingSharing;
  handle: Handle = { block: 0, stamp: 0 };

  constructor(threads: number, sharing: RingSharing) {
    this.#sharing = sharing;
    this.arena = new ModelArena(
      Array.from({ length: threads }, (_, index) => index + 1),
      6,
    );
  }

  explore(model: Partial<Model> & Pick<Model, "threads">): Tally {
    const tally = explore({
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.arena.nameOf(index),
      setup: (words) => {
        this.arena.format(words);
        this.handle = Ring.create(this.arena.observer(), RING_BYTES);
        this.arena.giveRecords();
      },
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  join(self: Self): Ring {
    return new Ring(this.arena.joinPlainly(self), this.handle, this.#sharing);
  }

  /** Writes messages named by their numbers, every word of them. */
  write(first: number, messages: number) {
    return (self: Self): void => {
      const ring = this.join(self);
      for (let number = first; number < first + messages; number++) {
        ring.writeSync(this.#message(number));
      }
      self.note(OVER, 1);
    };
  }

  /** Reads messages and notes how often each came; `ordered` checks that they come in order. */
  read(messages: number, ordered: boolean) {
    return (self: Self): void => {
      const ring = this.join(self);
      let last = 0;
      for (let read = 0; read < messages; read++) {
        const number = this.#numberOf(self, ring.readSync()!);
        self.assert(!ordered || number === last + 1, `message ${number} came after ${last}`);
        self.note(RECEIVED + number, 1);
        last = number;
      }
      self.note(OVER, 1);
    };
  }

  #message(number: number): Uint8Array {
    return new Uint8Array(new Int32Array(MESSAGE_BYTES / 4).fill(number).buffer);
  }

  #numberOf(self: Self, message: Uint8Array): number {
    const [first, ...rest] = new Int32Array(Uint8Array.from(message).buffer);
    self.assert(
      rest.every((word) => word === first),
      `a torn message: ${first}, ${rest.join()}`,
    );
    return first!;
  }
}

test("one writer and one reader without latches pass every message on, in order", () => {
  const model = new RingModel(2, "one");
  model.explore({
    threads: [model.write(1, 4), model.read(4, true)],
    final: ({ noted, assert: must }) => must(noted(OVER) === 2, "not all came through"),
  });
});

test("several writers and readers get every message once", () => {
  const each = ({ noted, assert: must }: Outcome): void => {
    for (const number of [1, 2, 3, 4]) must(noted(number) <= 1, `message ${number} came twice`);
    must(noted(1) + noted(2) + noted(3) + noted(4) === 4, "a message is missing");
  };
  const model = new RingModel(3, "many");
  const preemptions = 1;
  model.explore({
    threads: [model.write(1, 2), model.write(3, 2), model.read(4, false)],
    final: each,
    preemptions,
  });
  model.explore({
    threads: [model.write(1, 4), model.read(2, false), model.read(2, false)],
    final: each,
    preemptions,
  });
});

test("a ring goes on when a writer or a reader dies half-way", () => {
  const model = new RingModel(3, "many");
  model.explore({
    threads: [model.write(1, 1), model.write(2, 2), model.read(2, false)],
    kills: 1,
    mortal: [0],
    preemptions: 1,
    final: ({ noted, assert: must }) => must(noted(OVER) >= 2, "not all came through"),
  });
  model.explore({
    threads: [model.read(1, false), model.write(1, 3), model.read(2, false)],
    kills: 1,
    mortal: [0],
    preemptions: 1,
    final: ({ noted, assert: must }) => must(noted(OVER) >= 2, "not all came through"),
  });
});
