/** What it costs to change shared values, and to hand large data to another process. */
import { bench, type Scenario } from "./harness.js";

const ours = "ours/shared-data.js";
const cpython = "rivals/cpython-shared-data.js";

const scenarios: readonly Scenario[] = [
  {
    name: "value += 1 under its lock",
    unit: "ns",
    better: "lower",
    contenders: [
      { name: "manyhands Value, processes", module: ours, measure: "increment", ours: true },
      { name: "manyhands Value, threads", module: ours, measure: "threadIncrement" },
      { name: "CPython Value", module: cpython, measure: "increment" },
    ],
  },
  {
    name: "4 processes add 1 under the lock, 100,000 times each",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands Value", module: ours, measure: "contended", ours: true },
      { name: "CPython Value", module: cpython, measure: "contended" },
    ],
  },
  {
    name: "64 MB to another process",
    unit: "ms",
    better: "lower",
    contenders: [
      { name: "manyhands shareBuffer", module: ours, measure: "handOver", ours: true },
      { name: "manyhands Queue, by value", module: ours, measure: "handOverByValue" },
      { name: "CPython Queue", module: cpython, measure: "handOver" },
    ],
  },
  {
    name: "make a SharedArray of 1,000 doubles",
    unit: "µs",
    better: "lower",
    contenders: [
      { name: "manyhands", module: ours, measure: "makeArrays", ours: true },
      { name: "CPython Array", module: cpython, measure: "makeArrays" },
    ],
  },
];

await bench("shared-data", scenarios);
