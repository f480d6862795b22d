/** CPython's `multiprocessing.Lock` and `RLock`, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_locks.py");

function python(measure: string, effort: number): number {
  const args = [SCRIPT, measure, String(effort)];
  const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Pairs of acquire and release per second. */
export const lock = (effort: number): number => python("lock", effort);
export const rlock = (effort: number): number => python("rlock", effort);
/** The same for two processes together that want the same lock. */
export const contended = (effort: number): number => python("contended", effort);
