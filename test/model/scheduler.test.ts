import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { ModelFailure, type Self, explore } from "./scheduler.ts";

const WORD = 0;
const OTHER = 1;

function broken(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof ModelFailure, String(error));
    assert.match(error.message, message);
    return true;
  };
}

const increaseCarelessly = ({ words }: Self): void => {
  atomics.store(words, WORD, atomics.load(words, WORD) + 1);
};

test("the scheduler finds a lost update and prints the schedule", () => {
  const lost = () =>
    explore({
      threads: [increaseCarelessly, increaseCarelessly],
      final: ({ words, assert: must }) => must(words[WORD] === 2, "an update was lost"),
    });
  assert.throws(lost, broken(/an update was lost\nafter this schedule:\nA reads word 0: 0\n {2}B/));
});

test("it finds nothing wrong with an atomic update", () => {
  const increase = ({ words }: Self): void => void atomics.add(words, WORD, 1);
  const tally = explore({
    threads: [increase, increase, increase],
    final: ({ words, assert: must }) => must(words[WORD] === 3, "an update was lost"),
  });
  assert.ok(tally.complete);
  assert.ok(tally.states > 3);
});

test("it finds a lost update that takes four preemptions only where so many are allowed", () => {
  const first = ({ words }: Self): void => {
    for (const step of [1, 2, 3]) atomics.store(words, WORD, step);
  };
  const second = ({ words, assert: must }: Self): void => {
    const seen = [1, 2, 3].map(() => atomics.load(words, WORD));
    must(seen.join() !== "1,2,3", "all three were seen");
  };
  const model = { threads: [first, second] };
  explore({ ...model, preemptions: 3 });
  assert.throws(() => explore({ ...model, preemptions: 4 }), broken(/all three were seen/));
  assert.throws(
    () => explore({ ...model, preemptions: 0, samples: 30_000 }),
    broken(/all three were seen/),
  );
});

const sleepUntilSet = ({ words }: Self): void => {
  while (atomics.load(words, WORD) === 0) atomics.wait(words, WORD, 0, Infinity);
};

test("it finds a missing wake-up", () => {
  const forget = ({ words }: Self): void => atomics.store(words, WORD, 1);
  assert.throws(
    () => explore({ threads: [sleepUntilSet, forget] }),
    broken(/A cannot go on, and nobody will wake them/),
  );
  const remember = ({ words }: Self): void => {
    atomics.store(words, WORD, 1);
    atomics.notify(words, WORD, 1);
  };
  explore({ threads: [sleepUntilSet, remember] });
});

test("it finds a wake-up that comes before the sleep", () => {
  const sleepAfterLook = ({ words }: Self): void => {
    if (atomics.load(words, WORD) === 0) atomics.wait(words, OTHER, 0, Infinity);
  };
  const wake = ({ words }: Self): void => {
    atomics.store(words, WORD, 1);
    atomics.notify(words, OTHER, 1);
  };
  assert.throws(() => explore({ threads: [sleepAfterLook, wake] }), broken(/A cannot go on/));
});

test("it finds a deadlock", () => {
  const lock = ({ words }: Self, at: number): void => {
    while (atomics.compareExchange(words, at, 0, 1) !== 0) atomics.wait(words, at, 1, Infinity);
  };
  const unlock = ({ words }: Self, at: number): void => {
    atomics.store(words, at, 0);
    atomics.notify(words, at, 1);
  };
  const both = (one: number, other: number) => (self: Self) => {
    lock(self, one);
    lock(self, other);
    unlock(self, other);
    unlock(self, one);
  };
  explore({ threads: [both(WORD, OTHER), both(WORD, OTHER)] });
  assert.throws(
    () => explore({ threads: [both(WORD, OTHER), both(OTHER, WORD)] }),
    broken(/A, B cannot go on/),
  );
});

test("it finds that a look repeated for ever depends on the other threads", () => {
  const spin = ({ words }: Self): void => {
    while (atomics.load(words, WORD) === 0);
  };
  const set = ({ words }: Self): void => atomics.store(words, WORD, 1);
  explore({ threads: [spin, set] });
  assert.throws(() => explore({ threads: [spin, () => {}] }), broken(/A cannot go on/));
});

test("it hides no lost wake-up by the end of a slice, unless somebody died", () => {
  const sleepInSlices = ({ words }: Self): void => {
    while (atomics.load(words, WORD) === 0) atomics.wait(words, WORD, 0, 250);
  };
  const forget = ({ words }: Self): void => atomics.store(words, WORD, 1);
  const threads = [sleepInSlices, forget];
  assert.throws(() => explore({ threads }), broken(/A cannot go on/));
  assert.throws(() => explore({ threads, kills: 1 }), broken(/it is not over after/));
  const wake = ({ words }: Self): void => {
    atomics.store(words, WORD, 1);
    atomics.notify(words, WORD, 1);
  };
  const afterDeath = (self: Self): void => {
    while (atomics.load(self.words, WORD) === 0 && self.isAlive(1)) {
      atomics.wait(self.words, WORD, 0, 250);
    }
  };
  explore({ threads: [afterDeath, wake], kills: 1 });
});

test("it lets a deadline pass when nobody can go on, and sooner where that is asked for", () => {
  const sleepUntil = ({ words, note }: Self): void => {
    atomics.wait(words, WORD, 0, 100);
    if (performance.now() === 100) note(0, 1);
  };
  const wake = ({ words }: Self): void => {
    atomics.store(words, WORD, 1);
    atomics.notify(words, WORD, 1);
  };
  const alone: number[] = [];
  explore({ threads: [sleepUntil], final: ({ noted }) => void alone.push(noted(0)) });
  assert.deepEqual(new Set(alone), new Set([1]));
  const ends = (alarms: number): Set<number> => {
    const seen = new Set<number>();
    explore({
      threads: [sleepUntil, wake],
      alarms,
      final: ({ noted }) => void seen.add(noted(0)),
    });
    return seen;
  };
  assert.deepEqual(ends(0), new Set([0]));
  assert.deepEqual(ends(1), new Set([0, 1]));
});

test("it kills a thread at every step", () => {
  const halves = new Set<number>();
  explore({
    threads: [
      ({ words }) => {
        atomics.store(words, WORD, 1);
        atomics.store(words, OTHER, 1);
      },
      ({ words }) => {
        atomics.load(words, WORD);
        atomics.load(words, OTHER);
      },
    ],
    kills: 1,
    mortal: [0],
    final: ({ words }) => void halves.add(words[WORD]! * 2 + words[OTHER]!),
  });
  assert.deepEqual(halves, new Set([0, 2, 3]));
});

test("it notices a thread that does other things when it is run again", () => {
  let runs = 0;
  const threads = [
    ({ words }: Self): void => {
      atomics.add(words, runs++ % 2, 1);
      atomics.add(words, WORD, 1);
    },
    ({ words }: Self): void => void atomics.add(words, WORD, 1),
  ];
  assert.throws(() => explore({ threads }), broken(/does other things when it is run again/));
});
