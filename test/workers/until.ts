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

/** Whether a process runs; a zombie does not. */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}
