/** What is refused as a schedule, and policies of the user's own that break their contract. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type Policy, policyOf, type Schedulable, type Schedule } from "#internal/crew/policy.js";
import { StateError } from "manyhands/errors";
import { Job } from "./job.js";

const refused = (
  schedule: unknown,
  type: typeof TypeError | typeof RangeError,
  text: RegExp,
): void =>
  assert.throws(
    () => policyOf(schedule as Schedule),
    (error) => error instanceof type && text.test(error.message),
    JSON.stringify(schedule),
  );

test("a name that no policy has is a RangeError that says which there are", () => {
  refused("fcfs", RangeError, /no schedule "fcfs".*fifo, lifo, rr, priority, sjf, mlfq/);
  refused({ policy: "toString" }, RangeError, /no schedule "toString"/);
});

test("what is no schedule at all is a TypeError", () => {
  for (const wrong of [7, null, true, () => {}]) refused(wrong, TypeError, /name of a policy/);
  refused({}, TypeError, /push\(task\)/);
  refused({ policy: 1 }, TypeError, /number/);
  refused({ push() {} }, TypeError, /pop is undefined/);
  refused({ push() {}, pop() {} }, TypeError, /size of a schedule/);
});

test("figures are checked at once", () => {
  for (const sliceMs of [0, -1, Number.NaN, Infinity])
    refused({ policy: "rr", sliceMs }, RangeError, /sliceMs must be more than zero/);
  refused({ policy: "rr", sliceMs: "10" }, TypeError, /sliceMs must be a number, not string/);
  for (const levels of [0, 1.5, 33]) refused({ policy: "mlfq", levels }, RangeError, /levels/);
  for (const ageMs of [0, -5]) refused({ policy: "priority", ageMs }, RangeError, /ageMs/);
  refused({ policy: "mlfq", boostMs: 0 }, RangeError, /boostMs/);
});

test("a figure that a policy has not is a TypeError that says which it has", () => {
  refused({ policy: "lifo", sliceMs: 5 }, TypeError, /"lifo" has no sliceMs.*none/);
  refused({ policy: "rr", levels: 2 }, TypeError, /"rr" has no levels.*sliceMs/);
});

test("slices are off where nobody asked for them", () => {
  const slices = (["fifo", "lifo", "rr", "priority", "sjf", "mlfq"] as const).map(
    (name) => policyOf(name).sliceMs,
  );
  assert.deepEqual(slices, [null, null, 10, null, null, 10]);
  assert.equal(policyOf({ policy: "fifo", sliceMs: 3 }).sliceMs, 3);
});

/** A policy of a user's own, which takes its orders from `pop`. */
function own(pop: (tasks: Schedulable[]) => unknown): Policy & { tasks: Schedulable[] } {
  const tasks: Schedulable[] = [];
  return {
    tasks,
    push: (task) => void tasks.push(task),
    pop: () => pop(tasks) as Schedulable | undefined,
    get size() {
      return tasks.length;
    },
  };
}

test("a policy of one's own decides", () => {
  const shortestName = own((tasks) => {
    tasks.sort((a, b) => a.name.length - b.name.length);
    return tasks.shift();
  });
  const { policy } = policyOf<Job>(shortestName);
  ["three", "a", "to"].forEach((name, id) => policy.push(new Job(id, { name })));
  assert.deepEqual(
    [policy.pop(), policy.pop(), policy.pop(), policy.pop()].map((job) => job?.name),
    ["a", "to", "three", undefined],
  );
});

test("a policy of one's own may have slices, and must be empty at first", () => {
  const sliced = Object.assign(
    own((tasks) => tasks.shift()),
    { sliceMs: 20 },
  );
  assert.equal(policyOf(sliced).sliceMs, 20);
  sliced.push(new Job(1));
  refused(sliced, RangeError, /empty at first/);
});

const faults: [what: string, pop: (tasks: Schedulable[]) => unknown, text: RegExp][] = [
  [
    "throws",
    () => {
      throw new Error("lost count");
    },
    /pop\(\) of the schedule threw Error: lost count/,
  ],
  ["gives none", () => undefined, /gave undefined although 2 tasks were pushed/],
  ["gives null", () => null, /gave null although 2 tasks/],
  ["gives a stranger", () => new Job(99), /not one of its tasks/],
];
for (const [what, pop, text] of faults) {
  test(`a policy of one's own whose pop ${what} is told so, and its tasks can be drained`, () => {
    const { policy, drain } = policyOf<Job>(own(pop));
    const jobs = [new Job(1), new Job(2)];
    for (const job of jobs) policy.push(job);
    assert.throws(
      () => policy.pop(),
      (error) => error instanceof StateError && text.test(error.message),
    );
    assert.equal(policy.size, 2);
    assert.deepEqual(drain(), jobs);
    assert.equal(policy.size, 0);
    assert.equal(policy.pop(), undefined);
  });
}

test("a policy of one's own that gives a task twice is told so", () => {
  const { policy } = policyOf<Job>(own((tasks) => tasks[0]));
  policy.push(new Job(1));
  policy.push(new Job(2));
  assert.equal(policy.pop()!.id, 1);
  assert.throws(() => policy.pop(), /each task that was pushed may come out once/);
});

test("a push that throws is told with its cause, and the task is not held", () => {
  const cause = new Error("full");
  const full = Object.assign(
    own((tasks) => tasks.shift()),
    {
      push(): void {
        throw cause;
      },
    },
  );
  const { policy } = policyOf<Job>(full);
  assert.throws(
    () => policy.push(new Job(1)),
    (error) => error instanceof StateError && error.cause === cause && /full/.test(error.message),
  );
  assert.equal(policy.size, 0);
});

test("what was drained is passed over when it comes out later", () => {
  let broken = true;
  const { policy, drain } = policyOf<Job>(own((tasks) => (broken ? undefined : tasks.shift())));
  policy.push(new Job(1));
  policy.push(new Job(2));
  assert.throws(() => policy.pop());
  assert.equal(drain().length, 2);
  broken = false;
  policy.push(new Job(3));
  assert.equal(policy.pop()!.id, 3);
  assert.equal(policy.pop(), undefined);
});

test("whatever a policy of one's own does, each task comes out once", { timeout: 60_000 }, () => {
  const behaviour = fc.constantFrom("first", "last", "none", "stranger", "again", "throw", "lose");
  fc.assert(
    fc.property(fc.array(fc.tuple(behaviour, fc.boolean()), { maxLength: 60 }), (steps) => {
      let how = "first";
      let last: Schedulable | undefined;
      const wild = own((tasks) => {
        if (how === "throw") throw new Error("wild");
        if (how === "stranger") return new Job(-1);
        if (how === "again") return last;
        if (how === "none") return undefined;
        if (how === "lose") tasks.shift();
        last = how === "last" ? tasks.pop() : tasks.shift();
        return last;
      });
      const { policy, drain } = policyOf<Job>(wild);
      const out: number[] = [];
      const take = (): void => {
        try {
          const job = policy.pop();
          if (job !== undefined) out.push(job.id);
        } catch (error) {
          assert.ok(error instanceof StateError);
          out.push(...drain().map((job) => job.id));
        }
      };
      let pushed = 0;
      for (const [next, push] of steps) {
        how = next;
        if (push) policy.push(new Job(pushed++));
        else take();
      }
      while (policy.size > 0) take();
      assert.deepEqual(
        out.sort((a, b) => a - b),
        Array.from({ length: pushed }, (_, id) => id),
      );
    }),
  );
});
