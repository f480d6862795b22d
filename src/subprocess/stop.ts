/** Ends a program that is no longer wanted: first politely, then not. */
import { readdirSync, readFileSync } from "node:fs";
import { Deadline } from "../core/deadline.ts";
import type { Gate } from "./gate.ts";

export interface Stoppable {
  readonly pid: number;
  /** Opens when the program has ended. */
  readonly ended: Gate;
  /** Whether the group of processes that the program leads goes with it. */
  readonly killGroup: boolean;
  readonly graceMs: number;
}

const GROUP_LOOK_MS = 10;
/** The killed are gone at once, unless the kernel itself is stuck with one. */
const KILLED_MS = 1000;

/**
 * SIGTERM, then SIGKILL to what is still there after the grace period. Resolves when the program is
 * gone.
 */
export async function stop(program: Stoppable): Promise<void> {
  const grace = new Deadline(program.graceMs);
  if (program.graceMs > 0) {
    signal(program, "SIGTERM");
    await program.ended.pass({ timeoutMs: program.graceMs }, () => null).catch(() => undefined);
    if (program.killGroup) await groupEnded(program.pid, grace);
  }
  signal(program, "SIGKILL");
  await program.ended.pass(undefined, () => null);
  if (program.killGroup) await groupEnded(program.pid, new Deadline(KILLED_MS));
}

async function groupEnded(pid: number, deadline: Deadline): Promise<void> {
  while (groupLives(pid) && !deadline.passed)
    await new Promise((resolve) => setTimeout(resolve, GROUP_LOOK_MS));
}

function signal({ pid, ended, killGroup }: Stoppable, name: NodeJS.Signals): void {
  if (killGroup && process.platform !== "win32") send(-pid, name);
  else if (!ended.isOpen) send(pid, name);
}

/**
 * Whether a group has members that run. The kernel counts the dead whom nobody has reaped too, and
 * in a container there may be nobody to do that; /proc tells them apart.
 */
function groupLives(pid: number): boolean {
  if (process.platform === "win32" || !send(-pid, 0)) return false;
  if (process.platform !== "linux") return true;
  return readdirSync("/proc").some((name) => /^\d/.test(name) && runsInGroup(name, pid));
}

function runsInGroup(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(itsGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

function send(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
