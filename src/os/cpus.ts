/** How many processors there are, and how many of them this process may keep busy. */
import { availableParallelism, cpus } from "node:os";
import { ownAffinity } from "./affinity.ts";
import { cgroupCpuLimit } from "./cgroup-limit.ts";

/** The logical processors of the machine, used or not. */
export function cpuCount(): number {
  return Math.max(1, cpus().length);
}

/**
 * The processors that this process can keep busy: those its affinity allows, and no more than the
 * quota of its control group (a container's CPU limit) lets it use. A quota of one and a half
 * counts as two. At least 1. This is the default size of every pool.
 */
export function processCpuCount(): number {
  const allowed = ownAffinity()?.length ?? availableParallelism();
  return Math.max(1, Math.min(allowed, Math.ceil(cgroupCpuLimit())));
}
