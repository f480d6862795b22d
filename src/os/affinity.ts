/**
 * Which processors a process may run on. Linux shows it in /proc, so asking needs no native code;
 * changing it is a system call. The kernel keeps it per thread, and new threads inherit.
 */
import { readdirSync, readFileSync } from "node:fs";
import { cpus as machineCpus } from "node:os";
import { NotFoundError, UnsupportedPlatformError } from "../errors.ts";
import { loadPlatform } from "../platform/load.ts";
import { processPlatform } from "../platform/process-platform.ts";

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

/**
 * Lets a process, all of its threads, run on these processors only; 0 is this process. What it
 * starts later inherits that.
 *
 * Differs from Python, where only the calling thread is moved.
 *
 * @throws RangeError for a processor that is not there, NotFoundError for a process that is not,
 * UnsupportedPlatformError without native code
 */
export function setAffinity(pid: number, cpus: readonly number[]): void {
  checkPid(pid);
  checkCpus(cpus, "cpus");
  const platform = loadPlatform();
  getAffinity(pid);
  const tasks = `/proc/${pid === 0 ? "self" : pid}/task`;
  for (const thread of readdirSync(tasks)) {
    try {
      platform.setAffinity(Number(thread), cpus);
    } catch (error) {
      if (readdirSync(tasks).includes(thread)) throw error;
    }
  }
}

/**
 * Whether what is started can be given these processors.
 * @throws TypeError, RangeError, UnsupportedPlatformError
 */
export function checkAffinity(affinity: unknown): void {
  checkCpus(affinity, "affinity");
  if (processPlatform() !== null) return;
  throw new UnsupportedPlatformError(
    "affinity needs native calls, which are switched off or not available here",
  );
}

/** @throws TypeError, RangeError for what is no list of processors; `what` is its name */
function checkCpus(cpus: unknown, what: string): void {
  if (!Array.isArray(cpus)) throw new TypeError(`${what} must be an array of numbers`);
  if (cpus.length === 0) throw new RangeError(`${what} is empty: one must run somewhere`);
  const possible = possibleCpus();
  for (const cpu of cpus as readonly unknown[]) {
    if (typeof cpu !== "number")
      throw new TypeError(`${what} must be an array of numbers; one is a ${typeof cpu}`);
    if (!possible.includes(cpu)) throw new RangeError(`there is no processor ${cpu}`);
  }
}

function possibleCpus(): number[] {
  try {
    return parseCpuList(readFileSync("/sys/devices/system/cpu/possible", "utf8").trim());
  } catch {
    return machineCpus().map((_, number) => number);
  }
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
