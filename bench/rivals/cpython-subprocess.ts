/** CPython's `subprocess`, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_subprocess.py");

function python(measure: string, effort: number): number {
  const args = [SCRIPT, measure, String(effort)];
  const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Milliseconds each. */
export const oneByOne = (effort: number): number => python("one-by-one", effort);

/** Milliseconds each; the same, since CPython always blocks. */
export const oneByOneBlocking = (effort: number): number => python("one-by-one", effort);

/** Milliseconds each, from a pool of threads. */
export const manyAtOnce = (effort: number): number => python("many-at-once", effort);

/** Megabytes per second. */
export const throughCat = (effort: number): number => python("through-cat", effort);
