/** What pools cost: a call, many calls, a map, a start, large data, and having nothing to do. */
import { bench, type Contender, type Scenario } from "./harness.js";

type Who = (measure: string) => Contender;

const rival =
  (name: string, file: string): Who =>
  (measure) => ({ name, module: `rivals/${file}.js`, measure });
const python =
  (name: string, face: "pool" | "executor"): Who =>
  (measure) => ({
    name,
    module: "rivals/cpython-pools.js",
    measure: `${face}${measure[0]!.toUpperCase()}${measure.slice(1)}`,
  });
const ours =
  (name: string, file: string, first = false): Who =>
  (measure) => ({
    name,
    module: `ours/${file}.js`,
    measure,
    ours: first,
  });

const pools = [ours("manyhands Pool", "pool", true), ours("manyhands ThreadPool", "thread-pool")];
const executors = [
  ours("manyhands ProcessPoolExecutor", "process-executor"),
  ours("manyhands ThreadPoolExecutor", "thread-executor"),
];
const rawWorker = rival("new Worker, postMessage", "raw-worker");
const rawFork = rival("child_process.fork, send", "raw-fork");
const threads = [
  rival("piscina", "piscina"),
  rival("tinypool", "tinypool"),
  rival("workerpool", "workerpool"),
  rival("poolifier", "poolifier"),
  rival("multithreading", "multithreading-pool"),
];
const processes = [
  rival("tinypool, processes", "tinypool-processes"),
  rival("workerpool, processes", "workerpool-processes"),
  rival("poolifier, processes", "poolifier-cluster"),
];
const cpython = [python("CPython Pool", "pool"), python("CPython executor", "executor")];
const all = [...pools, ...executors, rawWorker, rawFork, ...threads, ...processes, ...cpython];

const scenario = (
  name: string,
  unit: string,
  better: "lower" | "higher",
  measure: string,
  who: readonly Who[],
): Scenario => ({ name, unit, better, contenders: who.map((each) => each(measure)) });

await bench("pool", [
  scenario("a call that does nothing, one worker, busy", "µs", "lower", "roundTrip", all),
  scenario("the same after 10 ms of idleness", "µs", "lower", "roundTripAfterIdle", all),
  scenario(
    "the same of a pool that has done 20,000 calls before",
    "µs",
    "lower",
    "roundTripAfterWork",
    [...pools, ...executors, rawWorker, rawFork, ...threads, ...processes],
  ),
  scenario("nothing to do, two workers", "% of a core", "lower", "idle", all),
  scenario("20,000 calls, two workers", "calls/s", "higher", "tinyTasks", all),
  scenario("map of 100,000 items, two workers", "items/s", "higher", "mapItems", [
    ...pools,
    rival("poolifier", "poolifier"),
    rival("poolifier, processes", "poolifier-cluster"),
    ...cpython,
  ]),
  scenario("program start to first result, two workers", "ms", "lower", "firstResult", all),
  scenario("64 MB of numbers there and back", "ms", "lower", "large", [
    ...pools,
    rawWorker,
    rawFork,
    ...threads.slice(0, 4),
    ...cpython,
  ]),
  scenario("work that computes: two workers against one", "times", "higher", "cores", all),
  scenario("100,000 queued calls", "bytes each", "lower", "queuedBytes", all),
  scenario(
    "1,000,000 queued calls, all of which settle",
    "bytes each",
    "lower",
    "queuedBytesOfMillion",
    [...pools, ...executors],
  ),
]);
