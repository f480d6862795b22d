/** Measures that are written in Python, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Measure } from "../harness.js";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
export const scriptNamed = (name: string): string =>
  join(import.meta.dirname, "../../../bench/rivals", name);

/** What a script prints of a measure. */
export const python =
  (script: string, ...measure: readonly string[]): Measure =>
  (effort) => {
    const args = [scriptNamed(script), ...measure, String(effort)];
    const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
    if (error !== undefined) throw new Unavailable("python3 is not installed");
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };
