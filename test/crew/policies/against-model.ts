/** Runs a random program on a policy and on a model of it that is as plain as it can be. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Policy, policyOf, type Schedule } from "#internal/crew/policy.js";
import { HandClock, Job, type Step, type Variety, programs } from "./job.js";

/** The tasks that wait in the model, each with what it came with. */
export interface Waiting {
  readonly job: Job;
  /** When it came first. */
  readonly arrival: number;
  /** Later ones have higher numbers; one that returns from a slice is a later one. */
  readonly order: number;
}

export interface Model {
  /** Which one of those that wait is next. */
  next(waiting: readonly Waiting[], now: number): Waiting;
  /** Told of each that comes, before it waits. */
  came?(job: Job, now: number): void;
}

/** Everything comes out once, in the model's order, whatever the program. */
export function holdsAgainst(schedule: Schedule, variety: Variety, makeModel: () => Model): void {
  fc.assert(
    fc.property(programs(variety), (steps) => runBoth(schedule, makeModel(), steps)),
    { numRuns: 300 },
  );
}

function runBoth(schedule: Schedule, model: Model, steps: readonly Step[]): void {
  const clock = new HandClock();
  const { policy, sliceMs } = policyOf<Job>(schedule, clock.now);
  const side = new Sides(policy, model, clock);
  const running: Job[] = [];
  let jobs = 0;
  for (const step of steps) {
    if (step.do === "push") side.push(new Job(++jobs, step));
    else if (step.do === "pass") clock.time += step.ms;
    else if (step.do === "pop") {
      const job = side.pop();
      if (job !== undefined) running.push(job);
    } else {
      const job = running.shift();
      if (job === undefined || !step.again || sliceMs === null) continue;
      job.sliced = true;
      job.usedMs += sliceMs;
      side.push(job);
    }
    assert.equal(policy.size, side.waiting.length);
  }
  while (side.waiting.length > 0) side.pop();
  assert.equal(policy.pop(), undefined);
  assert.equal(policy.size, 0);
}

class Sides {
  waiting: Waiting[] = [];
  readonly #policy: Policy<Job>;
  readonly #model: Model;
  readonly #clock: HandClock;
  readonly #arrivals = new Map<Job, number>();
  #order = 0;

  constructor(policy: Policy<Job>, model: Model, clock: HandClock) {
    this.#policy = policy;
    this.#model = model;
    this.#clock = clock;
  }

  push(job: Job): void {
    const now = this.#clock.time;
    const arrival = this.#arrivals.get(job) ?? now;
    this.#arrivals.set(job, arrival);
    this.#model.came?.(job, now);
    this.waiting.push({ job, arrival, order: this.#order++ });
    this.#policy.push(job);
  }

  pop(): Job | undefined {
    const job = this.#policy.pop();
    if (this.waiting.length === 0) {
      assert.equal(job, undefined);
      return undefined;
    }
    const next = this.#model.next(this.waiting, this.#clock.time);
    assert.equal(job?.id, next.job.id, "the policy and its model agree on who is next");
    this.waiting = this.waiting.filter((each) => each !== next);
    return job;
  }
}

/** The one with the lowest number; of equals the one that came first. */
export function lowest(waiting: readonly Waiting[], number: (waiting: Waiting) => number): Waiting {
  const [first] = [...waiting].sort((a, b) => number(a) - number(b) || a.order - b.order);
  return first!;
}
