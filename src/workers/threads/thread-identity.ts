import { readlinkSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import { nameThread, threadName } from "../../core/own-name.ts";
import type { ThreadBootstrap } from "./thread.ts";

/** Who this thread is. */
export interface ThreadIdentity {
  name: string;
  readonly ident: number;
  readonly daemon: boolean;
  readonly bootstrap: ThreadBootstrap | null;
}

let identity: ThreadIdentity | undefined;

export function currentThreadIdentity(): ThreadIdentity {
  return (identity ??= { name: threadName(), ident: threadId, daemon: false, bootstrap: null });
}

export function becomeThread(bootstrap: ThreadBootstrap): void {
  const { name, daemon } = bootstrap;
  identity = { name, ident: threadId, daemon, bootstrap };
  nameThread(name);
  tellSystem(name);
}

/** Renames this very thread. The system's name of the main one is that of the process. */
export function rename(name: string): void {
  currentThreadIdentity().name = name;
  nameThread(name);
  if (threadId !== 0) tellSystem(name);
}

/** What `top -H` and debuggers call this thread: Linux keeps the first 15 bytes. */
function tellSystem(name: string): void {
  if (process.platform !== "linux") return;
  try {
    writeFileSync("/proc/thread-self/comm", name);
  } catch {
    // A help for the eye; a sandbox without /proc does without.
  }
}

/** The kernel's number of this thread; null where the system does not tell. */
export function ownNativeId(): number | null {
  if (process.platform !== "linux") return null;
  return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
}
