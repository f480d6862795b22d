/** CPython's `multiprocessing.Pool` and `ProcessPoolExecutor`. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Measure } from "../harness.js";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_pools.py");

const python =
  (face: "pool" | "executor", measure: string): Measure =>
  (effort) => {
    const args = [SCRIPT, face, measure, String(effort)];
    const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
    if (error !== undefined) throw new Unavailable("python3 is not installed");
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };

/** Milliseconds from the start of the program until it prints what it has. */
const start =
  (face: "pool" | "executor"): Measure =>
  async () => {
    const started = performance.now();
    const child = spawn("python3", [SCRIPT, face, "firstResult", "1"]);
    const failed = once(child, "error").then(() => {
      throw new Unavailable("python3 is not installed");
    });
    await Promise.race([once(child.stdout, "data"), failed]);
    const elapsed = performance.now() - started;
    await once(child, "close");
    return elapsed;
  };

export const poolRoundTrip = python("pool", "roundTrip");
export const poolRoundTripAfterIdle = python("pool", "roundTripAfterIdle");
export const poolIdle = python("pool", "idle");
export const poolTinyTasks = python("pool", "tinyTasks");
export const poolMapItems = python("pool", "mapItems");
export const poolFirstResult = start("pool");
export const poolLarge = python("pool", "large");
export const poolCores = python("pool", "cores");
export const poolQueuedBytes = python("pool", "queuedBytes");

export const executorRoundTrip = python("executor", "roundTrip");
export const executorRoundTripAfterIdle = python("executor", "roundTripAfterIdle");
export const executorIdle = python("executor", "idle");
export const executorTinyTasks = python("executor", "tinyTasks");
export const executorMapItems = python("executor", "mapItems");
export const executorFirstResult = start("executor");
export const executorLarge = python("executor", "large");
export const executorCores = python("executor", "cores");
export const executorQueuedBytes = python("executor", "queuedBytes");
