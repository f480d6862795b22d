/** CPython's `multiprocessing.Pipe` between two processes, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_pipe.py");

function python(measure: string, effort: number): number {
  const { stdout, stderr, status, error } = spawnSync(
    "python3",
    [SCRIPT, measure, String(effort)],
    {
      encoding: "utf8",
    },
  );
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Microseconds from process to process and back, both asleep in turns. */
export const pipeRoundTrip = (effort: number): number => python("round-trip", effort);

/** Messages of 64 bytes per second, one way. */
export const pipeThroughput = (effort: number): number => python("throughput", effort);
