/**
 * `os.fork()`: the bare thing. The call returns twice, once in each process, and both go on with
 * everything they had: variables, timers, open sockets, the rest of the program.
 */
import { StateError } from "../../errors.ts";
import { closeNative } from "../../platform/close-native.ts";
import { processPlatform } from "../../platform/process-platform.ts";
import { becomeSeparate, endsWithoutNode, leaveWhenIdle, repairCopy } from "./after-fork.ts";
import { forkProblem, prepareToFork } from "./fork.ts";
import { rejoinLoop } from "./inherited-handles.ts";
import { becomeProcess, currentIdentity } from "../identity.ts";
import { lifelineForChildren } from "../lifeline.ts";
import { awaitRestOfThreads } from "./threads-at-rest.ts";

/** Copies made by this process and not reaped yet. */
const copies = new Set<number>();

/**
 * @returns 0 in the copy, the copy's pid in the original
 * @throws StateError in a program that was not started for forking
 */
export function forkProcess(): number {
  const problem = endsWithoutNode() ? null : forkProblem();
  if (problem !== null) throw new StateError(`Cannot fork: ${problem}`);
  if (currentIdentity().daemon) throw new StateError("A daemonic process may not have children");
  if (!endsWithoutNode()) prepareToFork();
  const platform = processPlatform()!;
  const parent = { pid: process.pid, name: currentIdentity().name };
  lifelineForChildren();
  const { requests } = platform.loopActivity();
  const [whenSeparate, separate] = platform.socketPair("stream");
  awaitRestOfThreads();
  const pid = platform.fork();
  if (pid !== 0) {
    copies.add(pid);
    closeNative(separate);
    // Until then what both have would be gone for both when this process lets go of it.
    platform.poll([{ fd: whenSeparate }], Infinity);
    closeNative(whenSeparate);
    return pid;
  }
  copies.clear();
  closeNative(whenSeparate);
  try {
    repairCopy();
    rejoinLoop();
    becomeProcess({ ...currentIdentity(), parent, lifeline: becomeSeparate() });
    leaveWhenIdle(requests);
  } finally {
    closeNative(separate); // also where that failed: the original is waiting
  }
  return 0;
}

/** The pids of copies that may be waited for. */
export function copiesAlive(): ReadonlySet<number> {
  return copies;
}

export function forgetCopy(pid: number): void {
  copies.delete(pid);
}
