import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits for something that another process brings about. */
export async function until(met: () => boolean, what: string, limitMs = 50_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!met()) {
    assert.ok(performance.now() < end, `${what} did not happen within ${limitMs} ms`);
    await sleep(2);
  }
}

/** The letter of a process's state; undefined when it is gone. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2];
  } catch {
    return undefined;
  }
}

/** Whether a process runs; a zombie does not. */
export function runs(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && state !== "Z";
}

/**
 * Stops a process that has nothing to do. In the middle of something it may hold a latch of the
 * shared memory, and would stop everybody who needs it.
 */
export async function stopResting(pid: number): Promise<void> {
  let asleep = 0;
  await until(() => (asleep = stateOf(pid) === "S" ? asleep + 1 : 0) === 25, `${pid} rests`);
  process.kill(pid, "SIGSTOP");
}
