/** CPython's `multiprocessing.Pool` and `ProcessPoolExecutor`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Measure } from "../harness.js";
import { Unavailable } from "../unavailable.js";
import { python, scriptNamed } from "./python.js";

const SCRIPT = "cpython_pools.py";

/** Milliseconds from the start of the program until it prints what it has. */
const start =
  (face: "pool" | "executor"): Measure =>
  async () => {
    const started = performance.now();
    const child = spawn("python3", [scriptNamed(SCRIPT), face, "firstResult", "1"]);
    const failed = once(child, "error").then(() => {
      throw new Unavailable("python3 is not installed");
    });
    await Promise.race([once(child.stdout, "data"), failed]);
    const elapsed = performance.now() - started;
    await once(child, "close");
    return elapsed;
  };

export const poolRoundTrip = python(SCRIPT, "pool", "roundTrip");
export const poolRoundTripAfterIdle = python(SCRIPT, "pool", "roundTripAfterIdle");
export const poolIdle = python(SCRIPT, "pool", "idle");
export const poolTinyTasks = python(SCRIPT, "pool", "tinyTasks");
export const poolMapItems = python(SCRIPT, "pool", "mapItems");
export const poolFirstResult = start("pool");
export const poolLarge = python(SCRIPT, "pool", "large");
export const poolCores = python(SCRIPT, "pool", "cores");
export const poolQueuedBytes = python(SCRIPT, "pool", "queuedBytes");

export const executorRoundTrip = python(SCRIPT, "executor", "roundTrip");
export const executorRoundTripAfterIdle = python(SCRIPT, "executor", "roundTripAfterIdle");
export const executorIdle = python(SCRIPT, "executor", "idle");
export const executorTinyTasks = python(SCRIPT, "executor", "tinyTasks");
export const executorMapItems = python(SCRIPT, "executor", "mapItems");
export const executorFirstResult = start("executor");
export const executorLarge = python(SCRIPT, "executor", "large");
export const executorCores = python(SCRIPT, "executor", "cores");
export const executorQueuedBytes = python(SCRIPT, "executor", "queuedBytes");
