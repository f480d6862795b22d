/** What it costs to use objects in a manager's server. */
import { bench, type Scenario } from "./harness.js";

const ours = "ours/managers.js";
const cpython = "rivals/cpython-managers.js";

const scenarios: readonly Scenario[] = [
  {
    name: "dict: set and get in turn, one client, blocking",
    unit: "ops/s",
    better: "higher",
    contenders: [
      { name: "manyhands", module: ours, measure: "oneClient", ours: true },
      { name: "manyhands over TCP", module: ours, measure: "overSockets" },
      { name: "manyhands, promises", module: ours, measure: "promises" },
      { name: "CPython", module: cpython, measure: "oneClient" },
    ],
  },
  {
    name: "dict: set and get in turn, two clients at once, both together",
    unit: "ops/s",
    better: "higher",
    contenders: [
      { name: "manyhands", module: ours, measure: "twoClients", ours: true },
      { name: "CPython", module: cpython, measure: "twoClients" },
    ],
  },
  {
    name: "start a manager and shut it down",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands", module: ours, measure: "startAndShutDown", ours: true },
      { name: "CPython", module: cpython, measure: "startAndShutDown" },
    ],
  },
];

await bench("managers", scenarios);
