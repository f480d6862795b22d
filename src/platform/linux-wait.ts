/**
 * Learning how a child ended without taking its exit away from Node: `waitid` with WNOWAIT leaves
 * the child as it is, so Node's event loop still reaps it. The sleeping is on a pidfd, which becomes
 * readable at the end of its process; where the kernel has none, in short naps.
 */
import { closeSync } from "node:fs";
import { wait as sleepOnWord } from "../core/atomics.ts";
import { Deadline } from "../core/deadline.ts";
import { foreign } from "./foreign.ts";

const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x0100_0000;
const CLD_EXITED = 1;
/** Where a siginfo_t of a child has these, on 64 bits. */
const SI_CODE = 8;
const SI_PID = 16;
const SI_STATUS = 24;
const SIGINFO_BYTES = 128;
const SYS_PIDFD_OPEN = 434;
const POLLIN = 1;
/** A thread inside a native call cannot be terminated, so it comes back this often. */
const SLICE_MS = 250;
const NAP_MS = 1;

type Calls = ReturnType<typeof declare>;
let declared: Calls | undefined;

function declare() {
  const ffi = foreign();
  const libc = ffi.library(null);
  return {
    waitid: libc.func("int waitid(int, unsigned int, void*, int)"),
    pidfdOpen: libc.func("long syscall(long, int, int)"),
    poll: libc.func("int poll(void*, unsigned long, int)"),
    errorText: (call: string) => ffi.errorText(call),
  };
}

/**
 * How a child of this process ended: its exit code, or the negated number of a signal; null when it
 * was still running after `timeoutMs`.
 * @throws Error when there is no such child, or Node has reaped it
 */
export function waitExitPeek(pid: number, timeoutMs: number): number | null {
  const calls = (declared ??= declare());
  const now = exitOf(pid, calls);
  if (now !== null || timeoutMs === 0) return now;
  const deadline = new Deadline(timeoutMs);
  const pidfd = Number(calls.pidfdOpen(SYS_PIDFD_OPEN, pid, 0));
  try {
    while (!deadline.passed) {
      sleepUntilEnd(pidfd, Math.min(SLICE_MS, Math.ceil(deadline.remainingMs)), calls);
      const code = exitOf(pid, calls);
      if (code !== null) return code;
    }
    return null;
  } finally {
    if (pidfd >= 0) closeSync(pidfd);
  }
}

function exitOf(pid: number, { waitid, errorText }: Calls): number | null {
  const info = Buffer.alloc(SIGINFO_BYTES);
  if (waitid(P_PID, pid, info, WEXITED | WNOHANG | WNOWAIT) !== 0)
    throw new Error(errorText("waitid"));
  if (info.readInt32LE(SI_PID) === 0) return null;
  const status = info.readInt32LE(SI_STATUS);
  return info.readInt32LE(SI_CODE) === CLD_EXITED ? status : -status;
}

function sleepUntilEnd(pidfd: number, ms: number, { poll }: Calls): void {
  if (pidfd < 0) {
    sleepOnWord(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NAP_MS);
    return;
  }
  const waited = Buffer.alloc(8);
  waited.writeInt32LE(pidfd, 0);
  waited.writeInt16LE(POLLIN, 4);
  poll(waited, 1, ms);
}
