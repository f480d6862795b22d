/** Random trees of asyncio calls, as data, so that a failing one can be made smaller. */
import * as fc from "fast-check";

/** What a task does; numbers choose among the locks, queues and tasks that there are. */
export type Step =
  | { readonly do: "turn" | "plain" | "throw" | "notify" | "cancel-group" }
  | { readonly do: "sleep"; readonly ms: number }
  | {
      readonly do: "lock" | "semaphore" | "condition" | "both" | "shared-lock";
      readonly body: Step;
    }
  | { readonly do: "put" | "get" | "shared-put" | "shared-get"; readonly ms: number }
  | { readonly do: "barrier"; readonly ms: number }
  | { readonly do: "cancellable"; readonly ms: number }
  | { readonly do: "cancel"; readonly which: number }
  | { readonly do: "timeout" | "wait-for"; readonly ms: number; readonly body: Step }
  | { readonly do: "reschedule"; readonly ms: number; readonly body: Step }
  | { readonly do: "shield" | "clean-up" | "task" | "await" | "swallow"; readonly body: Step }
  | {
      readonly do: "seq" | "gather" | "group" | "completed" | "wait";
      readonly parts: readonly Step[];
    };

const ms = fc.integer({ min: 0, max: 4 });

export const steps: fc.Arbitrary<Step> = fc.letrec<{ step: Step }>((tie) => {
  const body = tie("step");
  const parts = fc.array(tie("step"), { minLength: 1, maxLength: 4, depthIdentifier: "tree" });
  const named = <K extends string>(...names: K[]): fc.Arbitrary<K> => fc.constantFrom(...names);
  return {
    step: fc.oneof(
      { maxDepth: 5, depthIdentifier: "tree" },
      fc.record({ do: named("turn", "turn", "plain", "throw", "notify", "cancel-group") }),
      fc.record({ do: named("sleep"), ms }),
      fc.record({
        do: named("put", "get", "shared-put", "shared-get", "barrier", "cancellable"),
        ms,
      }),
      fc.record({ do: named("cancel"), which: fc.nat(40) }),
      fc.record({ do: named("lock", "semaphore", "condition", "both", "shared-lock"), body }),
      fc.record({ do: named("timeout", "wait-for", "reschedule"), ms, body }),
      fc.record({ do: named("shield", "clean-up", "task", "await", "swallow"), body }),
      fc.record({ do: named("seq", "seq", "gather", "group", "completed", "wait"), parts }),
    ),
  };
}).step;
