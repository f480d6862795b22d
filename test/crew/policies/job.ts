/** What policies order in these tests, a clock to turn by hand, and random programs for both. */
import * as fc from "fast-check";
import type { Schedulable } from "#internal/crew/policy.js";

/** A task as a policy sees it, with what a model wants to remember. */
export class Job implements Schedulable {
  readonly id: number;
  readonly name: string;
  readonly priority: number;
  cost: number | undefined;
  usedMs = 0;
  sliced = false;

  constructor(id: number, { name = "work", priority = 0, cost }: Partial<Schedulable> = {}) {
    this.id = id;
    this.name = name;
    this.priority = priority;
    this.cost = cost;
  }
}

export class HandClock {
  time = 0;
  readonly now = (): number => this.time;
}

export type Step =
  | {
      readonly do: "push";
      readonly name: string;
      readonly priority: number;
      readonly cost: number | undefined;
    }
  /** Takes the next; `runs` of it that has slices: how many it will use up before it ends. */
  | { readonly do: "pop" }
  /** The oldest task that is out uses its slice up, or (false) ends. */
  | { readonly do: "return"; readonly again: boolean }
  | { readonly do: "pass"; readonly ms: number };

export interface Variety {
  readonly priorities?: readonly number[];
  readonly costs?: readonly (number | undefined)[];
  readonly names?: readonly string[];
}

export function programs({
  priorities = [0],
  costs = [undefined],
  names = ["work"],
}: Variety): fc.Arbitrary<Step[]> {
  const push = fc.record({
    do: fc.constant("push" as const),
    name: fc.constantFrom(...names),
    priority: fc.constantFrom(...priorities),
    cost: fc.constantFrom(...costs),
  });
  const pop = fc.record({ do: fc.constant("pop" as const) });
  const back = fc.record({ do: fc.constant("return" as const), again: fc.boolean() });
  const pass = fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 40 }) });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: push, weight: 5 },
    { arbitrary: pop, weight: 4 },
    { arbitrary: back, weight: 2 },
    { arbitrary: pass, weight: 2 },
  );
  return fc.array(step, { maxLength: 200 });
}
