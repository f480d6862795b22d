/** Threads as the kernel sees them, told without native code where /proc tells it. */
import { existsSync, readFileSync, readlinkSync } from "node:fs";

/** Fields of `stat`, counted from the state. */
const UTIME = 11;
const STIME = 12;
const STARTED = 19;
/** The kernel counts for programs in hundredths of a second, whatever its own clock is. */
const TICK_MS = 10;

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

const readStart = (pid: number, tid: number): number => Number(statOf(pid, tid)[STARTED]) | 0;

/** What the kernel counts of a thread, from its state on. @throws where it does not tell */
function statOf(pid: number, tid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, "latin1");
  // The second field is the program's name, in brackets, and may hold anything.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** How long a thread of this process has used the processor; undefined when it is gone. */
export function processorTimeOf(tid: number): number | undefined {
  try {
    const fields = statOf(process.pid, tid);
    return (Number(fields[UTIME]) + Number(fields[STIME])) * TICK_MS;
  } catch {
    return undefined;
  }
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
