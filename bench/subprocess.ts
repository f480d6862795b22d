/** What it costs to run a program, to run many at once, and to carry bytes through one. */
import { bench, type Contender, type Scenario } from "./harness.js";

const contenders = (measure: string): Contender[] => [
  { name: "manyhands", module: "ours/subprocess.js", measure, ours: true },
  { name: "node:child_process", module: "rivals/child-process.js", measure },
  { name: "CPython subprocess", module: "rivals/cpython-subprocess.js", measure },
];

const scenarios: readonly Scenario[] = [
  {
    name: "run `true`, one after the other, output captured",
    unit: "ms",
    better: "lower",
    contenders: contenders("oneByOne"),
  },
  {
    name: "run `true`, one after the other, blocking",
    unit: "ms",
    better: "lower",
    contenders: contenders("oneByOneBlocking"),
  },
  {
    name: "`cat` of a few bytes, 50 at a time",
    unit: "ms",
    better: "lower",
    contenders: contenders("manyAtOnce"),
  },
  {
    name: "32 MB in and out through `cat`",
    unit: "MB/s",
    better: "higher",
    contenders: contenders("throughCat"),
  },
];

await bench("subprocess", scenarios);
