/**
 * Learning how a child ended without taking its exit away from Node: `waitid` with WNOWAIT leaves
 * the child as it is, so Node's event loop still reaps it. To sleep until then there are pidfds,
 * which become readable at the end of their process.
 */
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

function declare() {
  const { library, failure } = foreign();
  const libc = library(null);
  return {
    waitid: libc.func("int waitid(int, unsigned int, void*, int)"),
    pidfdOpen: libc.func("long syscall(long, int, int)"),
    poll: libc.func("int poll(void*, unsigned long, int)"),
    failure,
  };
}

let declared: ReturnType<typeof declare> | undefined;

const calls = (): ReturnType<typeof declare> => (declared ??= declare());

/**
 * How a child of this process ended: its exit code, or the negated number of a signal; null while
 * it runs.
 * @throws Error when there is no such child, or Node has reaped it
 */
export function childExit(pid: number): number | null {
  const { waitid, failure } = calls();
  const info = Buffer.alloc(SIGINFO_BYTES);
  if (waitid(P_PID, pid, info, WEXITED | WNOHANG | WNOWAIT) !== 0) throw failure("waitid");
  if (info.readInt32LE(SI_PID) === 0) return null;
  const status = info.readInt32LE(SI_STATUS);
  return info.readInt32LE(SI_CODE) === CLD_EXITED ? status : -status;
}

/** A descriptor to wait on, closed on exec; null where the kernel has none. */
export function openPidfd(pid: number): number | null {
  const fd = Number(calls().pidfdOpen(SYS_PIDFD_OPEN, pid, 0));
  return fd < 0 ? null : fd;
}

/** Blocks the thread until a descriptor is readable, or something interrupts, at most `ms`. */
export function sleepUntilReadable(fd: number, ms: number): void {
  const waited = Buffer.alloc(8);
  waited.writeInt32LE(fd, 0);
  waited.writeInt16LE(POLLIN, 4);
  calls().poll(waited, 1, ms);
}
