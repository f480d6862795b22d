import { readFileSync } from "node:fs";

/**
 * What the scheduler says of a task, by its line in /proc: one that sleeps, on a lock or for its
 * event loop, is blocked. Where there is no /proc, whoever lives runs.
 */
export function scheduled(path: string): "running" | "blocked" {
  try {
    const line = readFileSync(path, "latin1");
    return line[line.lastIndexOf(")") + 2] === "R" ? "running" : "blocked";
  } catch {
    return "running";
  }
}
