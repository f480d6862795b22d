/** The questions that `manyhands doctor` asks, in the order in which it prints the answers. */
import { availableParallelism, cpus, release } from "node:os";
import { inspectorStatus } from "../carry/functions/inspector/inspect.ts";
import { sweepFiles } from "../channels/shared-data/shared-memory-file.ts";
import { sweepSockets } from "../channels/sockets/socket-path.ts";
import { Process } from "../multiprocessing/process.ts";
import { loadPlatform, whyNoPlatform, whyNoSharedMemory } from "../platform/load.ts";
import { startMethodProblem } from "../workers/start.ts";

/** The answer to one question. */
export interface Finding {
  readonly ok: boolean;
  /** What was found, in a few words. */
  readonly detail: string;
  /** Why it does not work, and what to do about it. */
  readonly why?: string;
}

/** One question about this machine. */
export interface Checkup {
  readonly name: string;
  check(): Finding | Promise<Finding>;
}

const PATIENCE_MS = 30_000;
/** From which minor version on a major one works, as package.json says in "engines". */
const OLDEST_NODES: Readonly<Record<number, number>> = { 20: 19, 21: Infinity, 22: 12 };

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major >= 20 && minor >= (OLDEST_NODES[major] ?? 0);
  const detail = `Node.js ${process.versions.node}`;
  return ok ? { ok, detail } : { ok, detail, why: "20.19 or newer is needed, of 22 22.12" };
}

function platform(): Finding {
  return { ok: true, detail: `${process.platform} ${release()} on ${process.arch}` };
}

function processors(): Finding {
  const allowed = availableParallelism();
  return { ok: true, detail: `${allowed} of ${cpus().length} may be used by this process` };
}

/** Maps one file of memory twice, as two processes would, and looks through one at the other. */
function sharedMemory(): Finding {
  const why = whyNoSharedMemory();
  if (why !== null) return { ok: false, detail: "threads share memory, processes cannot", why };
  const system = loadPlatform();
  const sizeBytes = 65536;
  const fd = system.createMemoryFile("manyhands-doctor", sizeBytes);
  try {
    const [here, there] = [0, 1].map(() => new Int32Array(system.mapShared(fd, sizeBytes).buffer));
    here![0] = 4711;
    if (there![0] !== 4711) return { ok: false, detail: "two mappings of a file differ" };
  } finally {
    system.closeFile(fd);
  }
  return { ok: true, detail: "threads and processes share memory" };
}

/** Whether functions can be sent with what they capture. */
function capturedVariables(): Finding {
  const { available, reason, remedy } = inspectorStatus();
  if (available) return { ok: true, detail: "functions cross with what they capture" };
  const why = `${reason!}; ${remedy!}`;
  return { ok: false, detail: "functions that capture variables cannot be sent", why };
}

/** Removes what programs that were killed left behind. */
function namedMemory(): Finding {
  const why = whyNoPlatform();
  if (why !== null) return { ok: false, detail: "no shared memory by name", why };
  const removed = sweepFiles();
  const detail = "programs share memory by name";
  return { ok: true, detail: removed === 0 ? detail : `${detail}; ${removed} left over removed` };
}

/** The same for sockets that listeners chose themselves. */
async function ownSockets(): Promise<Finding> {
  const removed = await sweepSockets();
  const detail = "programs connect through sockets";
  return { ok: true, detail: removed === 0 ? detail : `${detail}; ${removed} left over removed` };
}

const startsAnew = (why: string): Finding => ({ ok: false, detail: "processes start anew", why });

/** Starts a child, since whether a fork server works shows only when it serves. */
async function forkServer(): Promise<Finding> {
  const before = startMethodProblem("forkserver");
  if (before !== null) return startsAnew(before);
  const child = new Process({ target: Math.abs, args: [-1], startMethod: "forkserver" });
  await child.start();
  const answer = await child.result({ timeoutMs: PATIENCE_MS });
  await child.join();
  const after = startMethodProblem("forkserver");
  if (after !== null) return startsAnew(after);
  return answer === 1
    ? { ok: true, detail: "processes start as copies of a fork server" }
    : startsAnew(`a child answered ${answer} instead of 1`);
}

export const checkups: readonly Checkup[] = [
  { name: "Node.js", check: nodeVersion },
  { name: "platform", check: platform },
  { name: "processors", check: processors },
  { name: "shared memory", check: sharedMemory },
  { name: "memory by name", check: namedMemory },
  { name: "sockets", check: ownSockets },
  { name: "functions", check: capturedVariables },
  { name: "fork server", check: forkServer },
];
