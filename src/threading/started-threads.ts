/**
 * The threads that this thread started and that have not ended, and what becomes of them at the end
 * of the program: those that are no daemons are joined, also where a daemon started them; node ends
 * the others.
 */
import { threadId } from "node:worker_threads";
import { standUntilTheLast } from "../channels/shared-data/memory-stands.ts";
import { onCopy } from "../platform/copies.ts";
import { atEnd, notAtEnd } from "../platform/endings.ts";
import { awaitDescendants } from "../workers/threads/thread-roll.ts";
import type { ThreadLife } from "./thread-life.ts";

const started = new Set<ThreadLife>();
let watching = false;

export function rememberThread(thread: ThreadLife): void {
  started.add(thread);
  if (watching) return;
  watching = true;
  atEnd(joinAll);
  // What these threads made is to be there as long as they run.
  standUntilTheLast();
  // Threads are not copied.
  onCopy(() => {
    started.clear();
    watching = false;
    notAtEnd(joinAll);
  });
}

export function forgetThread(thread: ThreadLife): void {
  started.delete(thread);
}

export function startedThreads(): ThreadLife[] {
  return [...started].filter((thread) => thread.alive);
}

function joinAll(): void {
  for (const thread of startedThreads()) if (!thread.daemon) thread.joinSync();
  awaitDescendants(threadId, startedThreads);
}
