/** How fast locks are taken and given back, alone and disputed, by blocking and awaited. */
import { bench, type Contender } from "./harness.js";

const ours = (name: string, measure: string): Contender => ({
  name: `manyhands ${name}`,
  module: "ours/sync.js",
  measure,
  ours: true,
});
const rival = (name: string, module: string, measure: string): Contender => ({
  name,
  module: `rivals/${module}.js`,
  measure,
});

await bench("sync", [
  {
    name: "a free lock, by blocking",
    unit: "pairs per second",
    better: "higher",
    contenders: [
      ours("multiprocessing.Lock", "lock"),
      ours("threading.Lock", "threadLock"),
      rival("CPython multiprocessing.Lock", "cpython-locks", "lock"),
      rival("multithreading Mutex", "multithreading-mutex", "lockBlocking"),
      rival("raw Atomics, threads", "atomics-lock", "lock"),
    ],
  },
  {
    name: "a free re-entrant lock, by blocking",
    unit: "pairs per second",
    better: "higher",
    contenders: [
      ours("multiprocessing.RLock", "rlock"),
      rival("CPython multiprocessing.RLock", "cpython-locks", "rlock"),
    ],
  },
  {
    name: "a lock that two dispute, by blocking",
    unit: "pairs per second",
    better: "higher",
    contenders: [
      ours("processes", "contended"),
      ours("threads", "contendedThreads"),
      rival("CPython, processes", "cpython-locks", "contended"),
      rival("raw Atomics, threads", "atomics-lock", "contended"),
    ],
  },
  {
    name: "a free lock, awaited",
    unit: "µs",
    better: "lower",
    contenders: [
      ours("acquire and release", "acquire"),
      ours("run", "run"),
      rival("async-mutex", "async-mutex", "lock"),
      rival("multithreading Mutex", "multithreading-mutex", "lock"),
    ],
  },
  {
    name: "a free lock while deadlocks are looked for",
    unit: "pairs per second",
    better: "higher",
    contenders: [
      ours("Lock, looking", "lockDetecting"),
      ours("Lock, not looking", "lock"),
      ours("RLock, looking", "rlockDetecting"),
      ours("RLock, not looking", "rlock"),
    ],
  },
]);
