import { VALUE, WaitModel } from "./wait-model.ts";
import { test } from "node:test";
import type { Self } from "./scheduler.ts";

test("a lock handed on admits one at a time and forgets nobody", () => {
  const model = new WaitModel(3);
  model.explore({ threads: [model.useLock, model.useLock, model.useLock] });
});

test("a lock passes on when its owner, a waiter or a waker dies at any step", () => {
  const model = new WaitModel(2);
  model.explore({ threads: [model.useLock, model.useLock], kills: 1 });
  const three = new WaitModel(3);
  three.explore({
    threads: [three.useLock, three.useLock, three.useLock],
    kills: 1,
    preemptions: 1,
  });
});

test("everybody hears of an event, or of the death of who was to set it", () => {
  const model = new WaitModel(3);
  const threads = [model.set, model.waitForEvent, model.waitForEvent];
  model.explore({ threads });
  model.explore({ threads, kills: 1, mortal: [0] });
});

test("a permit is not lost on a waiter whose time is over", () => {
  const model = new WaitModel(3);
  const postTwice = (self: Self): void => {
    model.post(self);
    model.post(self);
  };
  model.explore({
    threads: [postTwice, model.await(Infinity), model.await(100)],
    alarms: 1,
    final: ({ noted, words, assert: must }) => {
      must(noted(0) === 4, "not all came through");
      must(words[model.block + VALUE] === noted(1), "a permit was lost");
    },
  });
});

test("waits of an event loop are told like blocking ones", () => {
  const model = new WaitModel(2);
  model.explore({ threads: [model.useLockInLoop, model.useLock] });
  model.explore({ threads: [model.useLockInLoop, model.useLockInLoop] });
  model.explore({ threads: [model.set, model.waitInLoop] });
});

test("waits of an event loop survive the death of others at any step", () => {
  const model = new WaitModel(2);
  model.explore({ threads: [model.useLock, model.useLockInLoop], kills: 1, mortal: [0] });
  model.explore({ threads: [model.set, model.waitInLoop], kills: 1, mortal: [0] });
});

test("a waker that dies on the way keeps no later one from waking", () => {
  for (const how of ["notify", "grant"] as const) {
    const model = new WaitModel(3);
    for (const wait of [model.waitInLoop, model.waitForEvent]) {
      model.explore({
        threads: [model.setLate, model.disturb(how), wait],
        kills: 1,
        mortal: [1],
        preemptions: 1,
      });
    }
  }
});
