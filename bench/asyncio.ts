/** What tasks, queues and locks cost on one event loop. */
import { bench, type Contender, type Scenario } from "./harness.js";

const ours = (measure: string): Contender => ({
  name: "manyhands/asyncio",
  module: "ours/asyncio.js",
  measure,
  ours: true,
});
const cpython = (measure: string): Contender => ({
  name: "CPython asyncio",
  module: "rivals/cpython-asyncio.js",
  measure,
});
const plain = (measure: string): Contender => ({
  name: "plain promises",
  module: "rivals/plain-promises.js",
  measure,
});
const effect = (measure: string): Contender => ({
  name: "effect",
  module: "rivals/effect.js",
  measure,
});

const scenarios: readonly Scenario[] = [
  {
    name: "100,000 tasks that answer at once, created and gathered",
    unit: "ms",
    better: "lower",
    contenders: [
      ...[ours, cpython, plain, effect].map((who) => who("createAndGather")),
      {
        ...plain("createInContextAndGather"),
        name: "plain promises, each in an async context of its own",
      },
    ],
  },
  {
    name: "100,000 tasks that await one plain promise, created and gathered",
    unit: "ms",
    better: "lower",
    contenders: [ours, plain].map((who) => who("createAwaitAndGather")),
  },
  {
    name: "100,000 tasks that let the loop go round once, created and gathered",
    unit: "ms",
    better: "lower",
    contenders: [ours, cpython, plain, effect].map((who) => who("createTurnAndGather")),
  },
  {
    name: "put and get without waiting",
    unit: "µs",
    better: "lower",
    contenders: [ours, cpython, effect].map((who) => who("queuePair")),
  },
  {
    name: "an item from task to task, through a queue with room for one",
    unit: "µs",
    better: "lower",
    contenders: [ours, cpython, effect].map((who) => who("queueHandover")),
  },
  {
    name: "acquire and release without waiting",
    unit: "µs",
    better: "lower",
    contenders: [
      ...[ours, cpython, effect].map((who) => who("lockPair")),
      { ...ours("bareAwait"), name: "one await in a task, and no lock", ours: false },
    ],
  },
  {
    name: "acquire and release of a lock that is free, awaited only if it is not",
    unit: "µs",
    better: "lower",
    contenders: [ours("lockPairTried"), cpython("lockPair"), effect("lockPair")],
  },
  {
    name: "heap of an idle task",
    unit: "bytes",
    better: "lower",
    contenders: [ours("idleTask")],
  },
];

await bench("asyncio", scenarios);
