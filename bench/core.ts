/** How fast one party wakes another, and how much a channel carries. */
import { bench, type Scenario } from "./harness.js";

const scenarios: readonly Scenario[] = [
  {
    name: "wake and be woken, blocking calls",
    unit: "µs",
    better: "lower",
    contenders: [
      {
        name: "Atomics.wait and notify, threads",
        module: "rivals/atomics-wait.js",
        measure: "roundTripSync",
      },
      {
        name: "CPython Pipe, processes",
        module: "rivals/cpython.js",
        measure: "pipeRoundTrip",
      },
    ],
  },
  {
    name: "wake and be woken, event loops",
    unit: "µs",
    better: "lower",
    contenders: [
      {
        name: "postMessage, threads",
        module: "rivals/post-message.js",
        measure: "roundTripLoop",
      },
      {
        name: "child.send, processes",
        module: "rivals/child-send.js",
        measure: "roundTripLoop",
      },
    ],
  },
  {
    name: "messages of 64 bytes, one way",
    unit: "per second",
    better: "higher",
    contenders: [
      {
        name: "postMessage, threads",
        module: "rivals/post-message.js",
        measure: "throughput",
      },
      {
        name: "child.send, processes",
        module: "rivals/child-send.js",
        measure: "throughput",
      },
      {
        name: "CPython Pipe, processes",
        module: "rivals/cpython.js",
        measure: "pipeThroughput",
      },
    ],
  },
];

await bench("core", scenarios);
