/** What it costs to start processes and threads. */
import { bench, type Scenario } from "./harness.js";

const ours = "ours/workers.js";
const rival = "rivals/fresh-program.js";

const scenarios: readonly Scenario[] = [
  {
    name: "start and join an empty process, warm",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands forkserver", module: ours, measure: "forkserverOneByOne", ours: true },
      { name: "manyhands spawn", module: ours, measure: "spawnOneByOne" },
      { name: "child_process.fork", module: rival, measure: "forkOneByOne" },
      { name: "CPython forkserver", module: rival, measure: "pythonForkserver" },
      { name: "CPython fork", module: rival, measure: "pythonFork" },
      { name: "CPython spawn", module: rival, measure: "pythonSpawn" },
    ],
  },
  {
    name: "from start to the first line of user code, fresh node",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands spawn", module: ours, measure: "spawnToUserCode", ours: true },
      { name: "child_process.fork", module: rival, measure: "forkToUserCode" },
    ],
  },
  {
    name: "start and join an empty thread",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands Thread", module: ours, measure: "threadOneByOne", ours: true },
      { name: "new Worker", module: rival, measure: "workerOneByOne" },
    ],
  },
  {
    name: "a hundred processes at once",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands forkserver", module: ours, measure: "hundredAtOnce", ours: true },
    ],
  },
];

await bench("workers", scenarios);
