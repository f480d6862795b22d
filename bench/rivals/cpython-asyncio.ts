/** CPython's asyncio, where there is a `python3`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Unavailable } from "../unavailable.js";

/** Python sources are not compiled: they stay where they were written. */
const SCRIPT = join(import.meta.dirname, "../../../bench/rivals/cpython_asyncio.py");

function python(measure: string, effort: number): number {
  const { stdout, stderr, status, error } = spawnSync(
    "python3",
    [SCRIPT, measure, String(effort)],
    { encoding: "utf8" },
  );
  if (error !== undefined) throw new Unavailable("python3 is not installed");
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

export const createAndGather = (effort: number): number => python("create_and_gather", effort);
export const createTurnAndGather = (effort: number): number =>
  python("create_turn_and_gather", effort);
export const queuePair = (effort: number): number => python("queue_pair", effort);
export const queueHandover = (effort: number): number => python("queue_handover", effort);
export const lockPair = (effort: number): number => python("lock_pair", effort);
