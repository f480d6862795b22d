/**
 * Node's `spawn`, for which a program that cannot be started is an error here and now.
 *
 * Node throws for most of what can go wrong. For the rest it answers a child without a pid and says
 * why only when the event loop goes on; what such a child is sent before that reaches whatever
 * process or group its uninitialized pid names. So nobody gets to see one.
 */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { accessSync, closeSync, constants as modes, openSync } from "node:fs";
import { constants, devNull } from "node:os";
import { SystemCallError } from "./system-call-error.ts";

export type Spawned = ChildProcess & { readonly pid: number };

/** @throws SystemCallError, and what Node throws */
export function spawnNow(file: string, args: readonly string[], options: SpawnOptions): Spawned {
  const child = spawn(file, args, options);
  // Told again, later; also of a signal that could not be sent.
  child.on("error", () => {});
  if (child.pid !== undefined) return child as Spawned;
  throw new SystemCallError("spawn", reasonOf(child, file, options.cwd));
}

/** Which of the errors it was that Node does not throw: all of them show elsewhere, too. */
function reasonOf(child: ChildProcess, file: string, cwd: SpawnOptions["cwd"]): number {
  const { EMFILE, EAGAIN } = constants.errno;
  // Node gives up before it makes the streams where there are no descriptors for them.
  const streams = child.stdio as ChildProcess["stdio"] | undefined;
  if (streams === undefined) return errnoOf(() => closeSync(openSync(devNull, "r"))) ?? EMFILE;
  for (const stream of streams) stream?.destroy();
  const mayRun = (): void => {
    if (cwd !== undefined) accessSync(cwd, modes.X_OK);
    accessSync(file, modes.X_OK);
  };
  return errnoOf(mayRun) ?? EAGAIN;
}

function errnoOf(ask: () => void): number | null {
  try {
    ask();
    return null;
  } catch (error) {
    return -(error as { errno: number }).errno;
  }
}
