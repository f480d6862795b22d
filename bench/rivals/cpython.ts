/** CPython's `Pipe` and `Queue` between two processes, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const scriptNamed = (name: string): string =>
  join(import.meta.dirname, "../../../bench/rivals", name);
const PIPE = scriptNamed("cpython_pipe.py");
const QUEUE = scriptNamed("cpython_queue.py");

function python(measure: string, effort: number, script: string = PIPE): number {
  const { stdout, stderr, status, error } = spawnSync(
    "python3",
    [script, measure, String(effort)],
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

/** Items of a `Queue` per second; for 64 MB milliseconds. */
export const queueIntegers = (effort: number): number => python("integers", effort, QUEUE);
export const queueObjects = (effort: number): number => python("objects", effort, QUEUE);
export const queueMegabytes = (effort: number): number => python("megabytes", effort, QUEUE);
export const queueLarge = (effort: number): number => python("large64", effort, QUEUE);
