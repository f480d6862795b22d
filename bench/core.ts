/** How fast one party wakes another, and how much a channel carries. */
import { bench, type Scenario } from "./harness.js";

const scenarios: readonly Scenario[] = [
  {
    name: "wake and be woken, blocking calls",
    unit: "µs",
    better: "lower",
    contenders: [
      {
        name: "manyhands, processes",
        module: "ours/core.js",
        measure: "processesBlocking",
        ours: true,
      },
      {
        name: "manyhands, threads",
        module: "ours/core.js",
        measure: "threadsBlocking",
      },
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
        name: "manyhands, processes",
        module: "ours/core.js",
        measure: "processesLoop",
        ours: true,
      },
      {
        name: "manyhands, threads",
        module: "ours/core.js",
        measure: "threadsLoop",
      },
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
        name: "manyhands ring, processes",
        module: "ours/core.js",
        measure: "ringThroughput",
        ours: true,
      },
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
  {
    name: "allocate and free 48 shared bytes",
    unit: "ns",
    better: "lower",
    contenders: [
      { name: "manyhands", module: "ours/core.js", measure: "allocation", ours: true },
      { name: "new SharedArrayBuffer", module: "ours/core.js", measure: "sharedBuffers" },
    ],
  },
];

await bench("core", scenarios);
