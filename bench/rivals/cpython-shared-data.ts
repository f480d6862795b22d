/** CPython's shared values and arrays, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_shared_data.py");

function python(measure: string, effort: number): number {
  const args = [SCRIPT, measure, String(effort)];
  const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Nanoseconds to add 1 under the lock. */
export const increment = (effort: number): number => python("increment", effort);

/** Milliseconds in which four processes count together. */
export const contended = (effort: number): number => python("contended", effort);

/** Milliseconds until 64 MB are in another process. */
export const handOver = (effort: number): number => python("hand-over", effort);

/** Microseconds to make an array. */
export const makeArrays = (effort: number): number => python("make-arrays", effort);
