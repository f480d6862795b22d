import { forkProcess } from "../workers/forking/raw-fork.ts";

/**
 * Copies this process. Both go on from here: the copy with 0, the original with the copy's pid.
 *
 * The copy has everything in memory, but no threads: work begun in node's thread pool before the
 * fork never ends there. It needs a program that was started for it:
 * `manyhands run --start-method fork script.ts`.
 *
 * @throws StateError where the program was not started for forking, on systems that cannot fork,
 * and in threads and daemonic processes
 */
export function fork(): number {
  return forkProcess();
}
