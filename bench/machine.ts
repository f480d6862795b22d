import { execFileSync } from "node:child_process";
import { availableParallelism, cpus, release, totalmem } from "node:os";

/** What figures depend on. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly memoryGiB: number;
}

export function machine(): Machine {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    processor: `${availableParallelism()} × ${model}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync("git", args, { encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", "src", "bench");
    return git("rev-parse", "--short", "HEAD") + (changed === "" ? "" : " with changes");
  } catch {
    return "unknown";
  }
}
