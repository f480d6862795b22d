/** Threads as the kernel sees them, told without native code where /proc tells it. */
import { existsSync, readFileSync, readlinkSync } from "node:fs";

/** The kernel's number of the calling thread; 0 where it cannot be known. */
export function kernelThread(): number {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return 0;
  }
}

/** When a thread started, in the kernel's ticks; 0 when it is gone or not to be known. */
export function startOf(pid: number, tid: number): number {
  try {
    return readStart(pid, tid);
  } catch {
    return 0;
  }
}

function readStart(pid: number, tid: number): number {
  const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, "latin1");
  // The second field is the program's name, in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[19]) | 0;
}

/** Whether a thread still runs; where the kernel does not tell, it is taken to. */
export function isRunning(pid: number, tid: number, started: number): boolean {
  if (tid === 0) return true;
  if (started === 0) return existsSync(`/proc/${pid}/task/${tid}`);
  try {
    return readStart(pid, tid) === started;
  } catch (error) {
    // No more descriptors, for one, says nothing about the thread.
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOENT" && code !== "ESRCH";
  }
}
