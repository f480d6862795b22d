/** Each policy against its definition, and what is promised to those who wait. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { policyOf, type Schedule } from "#internal/crew/policy.js";
import { holdsAgainst, lowest, type Model, type Waiting } from "./against-model.js";
import { HandClock, Job } from "./job.js";

const limit = { timeout: 60_000 };
const priorities = [0, 0, 0, 1, -1, 5, 0.5];

test("fifo takes the lowest number first, and equals in order of arrival", limit, () => {
  const model: Model = { next: (waiting) => lowest(waiting, ({ job }) => job.priority) };
  holdsAgainst("fifo", { priorities }, () => model);
  holdsAgainst("fifo", {}, () => model);
});

test("fifo keeps its order with as many priorities as tasks", limit, () => {
  const { policy } = policyOf<Job>("fifo");
  const count = 20_000;
  for (let id = 0; id < count; id++) policy.push(new Job(id, { priority: (id * 7919) % count }));
  const numbers = Array.from({ length: count }, () => policy.pop()!.priority);
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
  assert.equal(policy.pop(), undefined);
});

test("fifo holds a million tasks", limit, () => {
  const { policy, ordered } = policyOf<Job>("fifo");
  assert.equal(ordered, "arrival");
  const job = new Job(0);
  for (let count = 0; count < 1_000_000; count++) policy.push(job);
  assert.equal(policy.size, 1_000_000);
  for (let count = 0; count < 1_000_000; count++) assert.ok(policy.pop() === job);
  assert.equal(policy.size, 0);
});

test("lifo takes the lowest number first, and of equals the latest", limit, () => {
  const model: Model = {
    next: (waiting) => lowest([...waiting].reverse().map(renumber), ({ job }) => job.priority),
  };
  const original = (waiting: readonly Waiting[]): Waiting => {
    const { job } = model.next(waiting, 0);
    return waiting.find((each) => each.job === job)!;
  };
  holdsAgainst("lifo", { priorities }, () => ({ next: original }));
});

const renumber = (waiting: Waiting, order: number): Waiting => ({ ...waiting, order });

test("rr puts a task that used up its slice at the end of its line", limit, () => {
  const model: Model = { next: (waiting) => lowest(waiting, ({ job }) => job.priority) };
  holdsAgainst("rr", { priorities }, () => model);
});

test("priority counts a second of waiting as one step of the number", limit, () => {
  const model: Model = {
    next: (waiting, now) =>
      lowest(waiting, ({ job, arrival }) => job.priority - (now - arrival) / 8),
  };
  holdsAgainst({ policy: "priority", ageMs: 8 }, { priorities }, () => model);
  holdsAgainst({ policy: "priority", ageMs: 8, sliceMs: 4 }, { priorities }, () => model);
});

test("priority: a task is passed only by those that come soon after it", limit, () => {
  const clock = new HandClock();
  const { policy } = policyOf<Job>("priority", clock.now);
  const patient = new Job(0, { priority: 5 });
  policy.push(patient);
  // One urgent task a tenth of a second, for ever: there is always one that waits.
  let passedBy = 0;
  for (let id = 1; ; id++) {
    policy.push(new Job(id));
    if (policy.pop() === patient) break;
    passedBy++;
    clock.time += 100;
  }
  assert.equal(passedBy, 50, "five steps of a second each");
});

test("sjf takes the shortest first, and lets waiting count", limit, () => {
  const costs = [1, 2, 3, 10, 100];
  const model: Model = {
    next: (waiting, now) => lowest(waiting, ({ job, arrival }) => job.cost! - (now - arrival) / 16),
  };
  holdsAgainst({ policy: "sjf", ageMs: 16 }, { costs }, () => model);
});

test("sjf takes the mean of all costs for those it does not know", limit, () => {
  holdsAgainst({ policy: "sjf", ageMs: 16 }, { costs: [4, 16, undefined] }, () => {
    const seen: number[] = [];
    const mean = (): number =>
      seen.length === 0 ? 0 : seen.reduce((sum, cost) => sum + cost, 0) / seen.length;
    return {
      came: ({ cost }) => void (cost !== undefined && seen.push(cost)),
      next: (waiting, now) => {
        // A known one goes before an unknown one of the same rank.
        const rank = ({ job, arrival }: Waiting): number =>
          (job.cost ?? mean() + 1e-9) - (now - arrival) / 16;
        return lowest(waiting, rank);
      },
    };
  });
});

test("sjf looks again at what it did not know, when the function was learnt", limit, () => {
  const { policy } = policyOf<Job>("sjf", () => 0);
  const slow = [1, 2].map((id) => new Job(id, { name: "slow" }));
  const quick = [3, 4].map((id) => new Job(id, { name: "quick" }));
  for (const job of [...slow, ...quick]) policy.push(job);
  assert.equal(policy.pop()!.id, 1, "nothing is known: in order of arrival");
  for (const job of slow) job.cost = 50;
  for (const job of quick) job.cost = 1;
  const rest = [policy.pop(), policy.pop(), policy.pop()].map((job) => job!.id);
  assert.deepEqual(rest, [3, 4, 2]);
});

test("sjf with slices goes by what remains", limit, () => {
  const { policy } = policyOf<Job>({ policy: "sjf", sliceMs: 10 }, () => 0);
  const long = new Job(1, { cost: 100 });
  long.usedMs = 95;
  long.sliced = true;
  policy.push(new Job(2, { cost: 20 }));
  policy.push(long);
  policy.push(new Job(3, { cost: 4 }));
  const order = [policy.pop(), policy.pop(), policy.pop()].map((job) => job!.id);
  assert.deepEqual(order, [3, 1, 2]);
});

test("sjf: a task is passed only by those that come soon after it", limit, () => {
  const clock = new HandClock();
  const { policy } = policyOf<Job>("sjf", clock.now);
  const long = new Job(0, { cost: 101 });
  policy.push(long);
  let passedBy = 0;
  for (let id = 1; ; id++) {
    policy.push(new Job(id, { cost: 1 }));
    if (policy.pop() === long) break;
    passedBy++;
    clock.time += 10;
  }
  assert.equal(passedBy, 100, "ten times the hundred milliseconds that it costs more");
});

/** Multilevel feedback in its textbook form: a level for each task, all lifted now and then. */
function feedback(levels: number, boostMs: number): Model {
  const levelOf = new Map<Job, number>();
  const epochOf = new Map<Job, number>();
  let since = Infinity;
  let epoch = 0;
  const current = (job: Job): number => (epochOf.get(job) === epoch ? levelOf.get(job)! : 0);
  return {
    came(job, now) {
      const level = job.sliced ? Math.min(current(job) + 1, levels - 1) : 0;
      levelOf.set(job, level);
      epochOf.set(job, epoch);
      if (level > 0 && since === Infinity) since = now;
    },
    next(waiting, now) {
      if (now - since >= boostMs) lift(waiting);
      const next = lowest(waiting, (each) => current(each.job) * 1e6 + place(each));
      if (waiting.every((each) => each === next || current(each.job) === 0)) since = Infinity;
      return next;
    },
  };

  function place(each: Waiting): number {
    return places.get(each) ?? each.order;
  }

  function lift(waiting: readonly Waiting[]): void {
    const below = waiting.filter(({ job }) => current(job) > 0);
    const inOrder = [...below].sort(
      (a, b) => current(a.job) - current(b.job) || place(a) - place(b),
    );
    const last = Math.max(0, ...waiting.map(place));
    inOrder.forEach((each, index) => places.set(each, last + (index + 1) * 1e-4));
    epoch++;
    since = Infinity;
  }
}
const places = new WeakMap<Waiting, number>();

test("mlfq lowers who uses up a slice, and lifts all that wait below in time", limit, () => {
  for (const levels of [1, 2, 3, 5]) {
    const schedule: Schedule = { policy: "mlfq", sliceMs: 10, levels, boostMs: 30 };
    holdsAgainst(schedule, {}, () => feedback(levels, 30));
  }
});

test("mlfq doubles the slice from level to level, up to the last", limit, () => {
  const { policy, sliceMs, sliceMsOf } = policyOf<Job>({ policy: "mlfq", sliceMs: 5, levels: 3 });
  assert.equal(sliceMs, 5);
  const job = new Job(1);
  const slices = [1, 2, 3, 4].map(() => {
    policy.push(job);
    job.sliced = true;
    return sliceMsOf(policy.pop()!);
  });
  assert.deepEqual(slices, [5, 10, 20, 20]);
});

test("mlfq: a task below waits no longer than the boost, whatever comes in", limit, () => {
  const clock = new HandClock();
  const { policy } = policyOf<Job>({ policy: "mlfq", boostMs: 500 }, clock.now);
  const long = new Job(0);
  long.sliced = true;
  policy.push(long);
  for (let id = 1; ; id++) {
    policy.push(new Job(id));
    if (policy.pop() === long) break;
    clock.time += 10;
  }
  assert.equal(clock.time, 510, "lifted behind the one that was there");
});

test("whatever the policy, drain gives everything once and in its order", limit, () => {
  const schedules: Schedule[] = ["fifo", "lifo", "rr", "priority", "sjf", "mlfq"];
  for (const schedule of schedules) {
    const [one, other] = [0, 1].map(() => policyOf<Job>(schedule, () => 0)) as [
      ReturnType<typeof policyOf<Job>>,
      ReturnType<typeof policyOf<Job>>,
    ];
    const jobs = Array.from(
      { length: 50 },
      (_, id) => new Job(id, { priority: id % 3, cost: id % 7 }),
    );
    for (const job of jobs) {
      one.policy.push(job);
      other.policy.push(job);
    }
    const popped = jobs.map(() => other.policy.pop());
    assert.deepEqual(one.drain(), popped, JSON.stringify(schedule));
    assert.equal(one.policy.size, 0);
  }
});
