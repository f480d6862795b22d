/** CPython's managers, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_managers.py");

function python(measure: string, effort: number): number {
  const args = [SCRIPT, measure, String(effort)];
  const { stdout, stderr, status, error } = spawnSync("python3", args, { encoding: "utf8" });
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** Operations in a second. */
export const oneClient = (effort: number): number => python("one-client", effort);

export const twoClients = (effort: number): number => python("two-clients", effort);

/** Milliseconds. */
export const startAndShutDown = (effort: number): number => python("start", effort);
