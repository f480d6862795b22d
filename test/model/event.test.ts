import { PrimitiveModel } from "./primitive-model.ts";
import { test } from "node:test";
import { waitBlocking } from "#internal/core/block-wait.js";
import { Deadline } from "#internal/core/deadline.js";
import { EVENT_WORDS, eventWait, isUp, lower, raise } from "#internal/sync/event-words.js";
import { KIND_EVENT } from "#internal/sync/kinds.js";

const make = (threads: number) => new PrimitiveModel(threads, KIND_EVENT, EVENT_WORDS);

const wait = (model: PrimitiveModel) =>
  model.thread((member) => {
    waitBlocking(member, eventWait(member, model.block), new Deadline(Infinity));
  });

test("an Event that is set lets everybody go", { timeout: 120_000 }, () => {
  const model = make(3);
  const set = model.thread((member) => raise(member, model.block));
  model.explore({ threads: [set, wait(model), wait(model)], preemptions: 2 });
});

test(
  "who waited when an Event was set goes on though it is cleared at once",
  { timeout: 120_000 },
  () => {
    const model = make(3);
    const pulse = model.thread((member) => {
      raise(member, model.block);
      lower(member, model.block);
      raise(member, model.block);
    });
    model.explore({ threads: [pulse, wait(model), wait(model)], preemptions: 2 });
  },
);

test("an Event whose setter dies on the way lets all go or none", { timeout: 120_000 }, () => {
  const model = make(3);
  const set = model.thread((member) => raise(member, model.block));
  const finish = model.thread((member) => {
    lower(member, model.block);
    raise(member, model.block);
  });
  model.explore(
    { threads: [set, finish, wait(model)], kills: 1, mortal: [0], preemptions: 2 },
    (member, outcome) => outcome.assert(isUp(member, model.block), "it is down at the end"),
  );
});
