/** Queues and pipes beside CPython's and beside what Node has. */
import { bench, type Contender, type Scenario } from "./harness.js";

const ours = (measure: string): Contender => ({
  name: "manyhands, processes",
  module: "ours/channels.js",
  measure,
  ours: true,
});
const python = (name: string, measure: string): Contender => ({
  name: `CPython ${name}, processes`,
  module: "rivals/cpython.js",
  measure,
});
const ipc = (measure: string): Contender => ({
  name: "child.send, advanced, processes",
  module: "rivals/child-send-advanced.js",
  measure,
});

const throughput = (name: string, measure: string, pythons: string): Scenario => ({
  name: `queue: ${name}`,
  unit: "per second",
  better: "higher",
  contenders: [ours(measure), python("Queue", pythons), ipc(measure)],
});

const scenarios: readonly Scenario[] = [
  throughput("small integers", "integers", "queueIntegers"),
  throughput("objects {id, name, args}", "objects", "queueObjects"),
  throughput("arrays of 1 MB", "megabytes", "queueMegabytes"),
  {
    name: "queue: an array of 64 MB",
    unit: "ms",
    better: "lower",
    contenders: [ours("large64"), python("Queue", "queueLarge"), ipc("large64")],
  },
  {
    name: "pipe: there and back, blocking",
    unit: "µs",
    better: "lower",
    contenders: [ours("pingPongSync"), python("Pipe", "pipeRoundTrip")],
  },
  {
    name: "pipe: there and back, event loops",
    unit: "µs",
    better: "lower",
    contenders: [
      ours("pingPong"),
      ipc("roundTrip"),
      {
        name: "MessagePort, threads",
        module: "rivals/post-message.js",
        measure: "roundTripLoop",
      },
    ],
  },
];

await bench("channels", scenarios);
