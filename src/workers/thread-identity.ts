import { readlinkSync } from "node:fs";
import { threadId } from "node:worker_threads";
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
  const name = threadId === 0 ? "MainThread" : `Worker-${threadId}`;
  return (identity ??= { name, ident: threadId, daemon: false, bootstrap: null });
}

export function becomeThread(bootstrap: ThreadBootstrap): void {
  const { name, daemon } = bootstrap;
  identity = { name, ident: threadId, daemon, bootstrap };
}

/** The kernel's number of this thread; null where the system does not tell. */
export function ownNativeId(): number | null {
  if (process.platform !== "linux") return null;
  return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
}
