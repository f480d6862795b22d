/**
 * Which processors a process may run on. Linux shows it in /proc, so asking needs no native code;
 * changing it is a system call. The kernel keeps it per thread, and new threads inherit.
 */
import { readFileSync } from "node:fs";
import { NotFoundError, UnsupportedPlatformError } from "../errors.ts";

/**
 * The numbers of the processors that a process may run on, ascending; 0 is the caller.
 * @throws NotFoundError when there is no such process, UnsupportedPlatformError outside Linux
 */
export function getAffinity(pid = 0): number[] {
  checkPid(pid);
  const cpus = pid === 0 ? ownAffinity() : allowedCpus(`/proc/${pid}/status`);
  if (cpus !== null) return cpus;
  if (process.platform === "linux" && pid !== 0)
    throw new NotFoundError(`there is no process ${pid}`);
  throw new UnsupportedPlatformError(`${process.platform} does not tell the affinity of a process`);
}

/** Those of the calling thread; null where the system does not tell. */
export function ownAffinity(): number[] | null {
  return allowedCpus("/proc/thread-self/status");
}

function allowedCpus(statusFile: string): number[] | null {
  if (process.platform !== "linux") return null;
  let status: string;
  try {
    status = readFileSync(statusFile, "utf8");
  } catch {
    return null;
  }
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  return list === undefined ? null : parseCpuList(list);
}

/** `0-2,5` gives 0, 1, 2 and 5. */
function parseCpuList(list: string): number[] {
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);
  });
}

function checkPid(pid: number): void {
  if (typeof pid !== "number") throw new TypeError(`pid must be a number, not ${typeof pid}`);
  if (!Number.isInteger(pid) || pid < 0)
    throw new RangeError(`pid must be a whole number, zero or more, not ${pid}`);
}
