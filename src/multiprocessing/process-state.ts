/** The five states of a process or thread, as textbooks draw them. */
import { scheduled } from "../workers/scheduled.ts";

/**
 * Where a process is in its life: not started; started, but its code has not begun; at work;
 * asleep, on a lock or for its event loop (told where there is /proc, else it runs); ended.
 */
export type ProcessState = "created" | "ready" | "running" | "blocked" | "done";

interface Observed {
  readonly started: boolean;
  readonly alive: boolean;
  readonly pid: number | null;
  /** Whether code of the user has begun. */
  readonly handedOver: boolean;
}

/**
 * `ready` until user code begins; then what the scheduler says, where it can be asked: a process
 * that sleeps, on a lock or for its event loop, is `blocked`.
 */
export function processState(life: Observed): ProcessState {
  if (!life.started) return "created";
  if (!life.alive) return "done";
  if (!life.handedOver) return "ready";
  return scheduled(`/proc/${life.pid}/stat`);
}
