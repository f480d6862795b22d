import { settleEnded } from "../core/family-arena.ts";
import { checkFlag, checkIsOptions } from "../core/options.ts";
import { StateError } from "../errors.ts";
import { processPlatform } from "../platform/process-platform.ts";
import { napSync } from "../core/nap.ts";
import { copiesAlive, forgetCopy } from "../workers/forking/raw-fork.ts";

/** A child that has ended. */
export interface WaitedFor {
  /** The child's; where -1 was asked for, which one it was. */
  readonly pid: number;
  /** Minus the number of the signal that ended it. */
  readonly exitCode: number;
}

const NAP_MS = 2;

/**
 * Waits for a child made by `fork()` and takes its exit code; -1 waits for any of them. Blocks this
 * thread; with `noHang` it answers null while the child runs.
 *
 * Differs from Python: only children of `fork()`, because node itself waits for those it spawned.
 *
 * @throws StateError for a process that is no such child, or was waited for before; TypeError,
 * RangeError for what is no number of a process
 */
export function waitpid(
  pid: number,
  options: {
    /** Answers at once; waits when left out. */
    noHang?: boolean;
  } = {},
): WaitedFor | null {
  if (typeof pid !== "number") throw new TypeError(`pid must be a number, not ${typeof pid}`);
  checkIsOptions(options);
  checkFlag(options.noHang, "noHang");
  if (!Number.isInteger(pid) || (pid <= 0 && pid !== -1)) {
    throw new RangeError(`pid must be a process number or -1, not ${pid}`);
  }
  for (;;) {
    const candidates = pid === -1 ? [...copiesAlive()] : [pid];
    if (candidates.length === 0) throw new StateError("There is no child to wait for");
    for (const candidate of candidates) {
      const ended = look(candidate, options.noHang === true || pid === -1);
      if (ended !== null) return ended;
    }
    if (options.noHang === true) return null;
    napSync(NAP_MS);
  }
}

function look(pid: number, noHang: boolean): WaitedFor | null {
  if (!copiesAlive().has(pid)) throw new StateError(`Process ${pid} is no child made by fork()`);
  const ended = processPlatform()!.reap(pid, noHang);
  if (ended !== null) {
    forgetCopy(pid);
    settleEnded(pid);
  }
  return ended;
}
