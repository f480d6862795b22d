/**
 * How children learn that their parent is gone, however it went.
 *
 * Each process that starts children has one pipe of which only it holds the write end. Nobody ever
 * writes; when the process dies, the kernel closes that end. A daemonic child asks the kernel to
 * kill it at that moment (see `dieWithPipe`), so it dies at once even in the middle of a loop. This
 * does not depend on which thread started the child, nor on who its parent is for the system: a
 * forked child of a fork server has the server for that. Other children can look at any time.
 * Workers of pools have a pipe of the thread that made the pool, which ends with that thread.
 */
import { closeSync, constants, openSync } from "node:fs";
import { Socket } from "node:net";
import { isMainThread } from "node:worker_threads";
import { type PollRequest, processPlatform } from "../platform/process-platform.ts";
import { currentIdentity } from "./identity.ts";
import { dropInherited, leaveBehind } from "./threads/thread-belongings.ts";

/** How often one looks where nothing tells of the parent's end. */
const LOOK_EVERY_MS = 25;
/** Where nothing tells, a child looks so often whether it is to die with its parent. */
const ORPHAN_LOOK_MS = 1_000;

/** The read end of the line that ends with this thread, unless it is the first. */
let ofThread: number | undefined;
let own: { read: number; write: number } | undefined;

/** The read end to give to a child; -1 where native calls are missing. */
export function lifelineForChildren(): number {
  const platform = processPlatform();
  if (platform === null) return -1;
  if (own === undefined) {
    const [read, write] = platform.pipe();
    own = { read, write };
  }
  return own.read;
}

/**
 * The same for a child that only this thread can reach, such as a worker of its pool: it ends with
 * the thread, too. Other children belong to the process, as in Python.
 */
export function lifelineForWorkers(): number {
  const platform = processPlatform();
  if (isMainThread || platform === null) return lifelineForChildren();
  if (ofThread === undefined) {
    const [read, write] = platform.pipe();
    leaveBehind({ descriptors: [read, write] });
    ofThread = read;
  }
  return ofThread;
}

/** In a forked copy: the pipes it was copied with are its parent's. Nothing to do for others. */
export function dropInheritedLifeline(): { read: number } | null {
  const inherited = own;
  own = undefined;
  dropInherited();
  if (inherited === undefined) return null;
  closeSync(inherited.write);
  return inherited;
}

/** Ties the life of this process to its parent's. */
export function dieWithParent(): void {
  const { lifeline } = currentIdentity();
  const platform = processPlatform();
  if (lifeline < 0 || platform === null) {
    setInterval(() => {
      if (!parentAlive()) process.kill(process.pid, "SIGKILL");
    }, ORPHAN_LOOK_MS).unref();
    return;
  }
  // An opening of its own: the kernel notes owner and signal per opening, not per descriptor.
  platform.dieWithPipe(openSync(`/proc/self/fd/${lifeline}`, "r"));
}

/** Whether the parent lives; true where that cannot be known. */
export function parentAlive(): boolean {
  const { lifeline, parent } = currentIdentity();
  const platform = processPlatform();
  if (parent === null) return false;
  if (lifeline < 0 || platform === null) return process.ppid === parent.pid;
  return platform.poll([{ fd: lifeline }], 0).length === 0;
}

/** What to sleep on until the parent may have ended; nothing where nothing tells. */
export function parentRequests(): PollRequest[] {
  const { lifeline } = currentIdentity();
  return lifeline < 0 || processPlatform() === null ? [] : [{ fd: lifeline }];
}

/** Calls back when the parent, which lives, has ended; answers how to take that back. */
export function whenParentEnds(onEnd: () => void): () => void {
  const { lifeline } = currentIdentity();
  if (lifeline < 0 || processPlatform() === null) {
    const looking = setInterval(() => {
      if (parentAlive()) return;
      clearInterval(looking);
      onEnd();
    }, LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }
  // An opening of its own, which the socket closes.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const fd = openSync(`/proc/self/fd/${lifeline}`, flags);
  const socket = new Socket({ fd, readable: true, writable: false });
  const stop = (): void => void socket.destroy();
  socket.on("error", stop).once("end", onEnd).once("end", stop).resume();
  return stop;
}
