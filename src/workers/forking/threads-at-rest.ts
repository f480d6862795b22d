/**
 * A moment for a copy in which no other thread of the process is in the middle of something.
 *
 * A copy has the memory of all threads and only one of them. What another one has locked stays
 * locked there for ever: the list of tasks that Node keeps, what V8 measures once and everybody
 * waits for. A thread that waits for something holds none of these, so such a moment is looked for.
 * Threads that begin are worth some patience, as they take such locks all the time, and not for
 * long. One that computes takes them rarely, and may go on for ever: it is given a moment, and no
 * more until it has been seen at rest.
 */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";
import { napSync } from "../../core/nap.ts";
import { kernelThread, processorTimeOf } from "../../core/threads.ts";

/** A thread has begun when it has used the processor for that long. */
const BEGINS_FOR_MS = 250;
const PATIENCE_MS = 1_000;
const PATIENCE_WITH_COMPUTING_MS = 15;
const LOOK_EVERY_MS = 1;

interface Calls {
  /** Those that only let time pass: who measures something makes them. */
  readonly naps: readonly string[];
  readonly futex: string;
}

/** The numbers of calls. */
const CALLS: Readonly<Partial<Record<NodeJS.Architecture, Calls>>> = {
  x64: { naps: ["35", "230"], futex: "202" },
  arm64: { naps: ["101", "115"], futex: "98" },
};
/** How the C library sleeps for a mutex: `FUTEX_WAIT_PRIVATE`, while others wait for it too. */
const FOR_A_MUTEX = ["0x80", "0x2"];

const { naps, futex } = CALLS[process.arch] ?? { naps: [], futex: "" };
const bytes = Buffer.alloc(1024);
/** Those for whom this process has waited in vain, and who have not been seen at rest since. */
let givenUp: readonly string[] = [];

/** Blocks until all other threads wait for something, or for as long as that may take. */
export function awaitRestOfThreads(): void {
  const own = String(kernelThread());
  const began = performance.now();
  // Who is looked at first may be woken by one that is looked at last: only a second look tells.
  for (let looks = 0; looks < 2;) {
    const busy = busyThreads(own);
    givenUp = givenUp.filter((tid) => busy.includes(tid));
    const awaited = busy.filter((tid) => !givenUp.includes(tid));
    if (awaited.length === 0) {
      looks++;
      continue;
    }
    const patience = awaited.some(begins) ? PATIENCE_MS : PATIENCE_WITH_COMPUTING_MS;
    if (performance.now() - began >= patience) return void (givenUp = busy);
    looks = 0;
    napSync(LOOK_EVERY_MS);
  }
}

function busyThreads(own: string): string[] {
  try {
    return readdirSync("/proc/self/task").filter((tid) => tid !== own && isBusy(tid));
  } catch {
    return [];
  }
}

/** Whether a thread waits for nothing, for time to pass, or for what another is giving up soon. */
function isBusy(tid: string): boolean {
  // "running", or the number of the call in which it waits; -1 where it waits for memory.
  const [call, , second, third] = callOf(tid)?.trimEnd().split(" ") ?? [];
  if (call === undefined) return false;
  if (call === futex) return second === FOR_A_MUTEX[0] && third === FOR_A_MUTEX[1];
  return call === "running" || call === "-1" || naps.includes(call);
}

const begins = (tid: string): boolean => (processorTimeOf(Number(tid)) ?? Infinity) < BEGINS_FOR_MS;

/** Undefined where the thread is gone, or the kernel does not tell. */
function callOf(tid: string): string | undefined {
  try {
    const fd = openSync(`/proc/self/task/${tid}/syscall`, "r");
    try {
      return bytes.toString("latin1", 0, readSync(fd, bytes));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
