/**
 * Noticing that threads of this process end: the thread that started a Worker is told by Node, also
 * when the Worker was terminated and could not say goodbye.
 */
import type { Worker } from "node:worker_threads";
import { isAlive } from "./latch.ts";
import { disturb } from "./block-wait.ts";
import type { Member } from "./member.ts";
import { settle } from "./settle.ts";
import { S_PID, S_THREAD, field, listed } from "./slots.ts";

const watching: Member[] = [];
let listens = false;
const watched = new WeakSet<Worker>();

/** Settles, for this member's arena, the ends of Workers that this thread starts from now on. */
export function watchOwnThreads(member: Member): void {
  watching.push(member);
  if (listens) return;
  listens = true;
  process.on("worker", watchWorker);
}

/** In a forked child: what it was a member as is its parent's affair. */
export function forgetMember(member: Member): void {
  const at = watching.indexOf(member);
  if (at >= 0) watching.splice(at, 1);
}

/** The same for a Worker that was started before anything was shared. */
export function watchWorker(worker: Worker): void {
  if (watched.has(worker)) return;
  watched.add(worker);
  const { threadId } = worker;
  worker.once("exit", () => {
    for (const member of watching) settleThread(member, threadId);
  });
}

/** Wakes a Worker of this thread's that may be asleep, so that it ends as soon as it is told to. */
export function disturbThread(threadId: number): void {
  for (const member of watching) {
    const { arena } = member;
    for (const id of listed(arena)) {
      if (field(arena, id, S_PID) !== field(arena, member.id, S_PID)) continue;
      if (field(arena, id, S_THREAD) === threadId) disturb(member, id);
    }
  }
}

function settleThread(member: Member, threadId: number): void {
  const { arena } = member;
  for (const id of listed(arena)) {
    if (id === member.id || field(arena, id, S_PID) !== field(arena, member.id, S_PID)) continue;
    // Threads that it had started end with it, and nobody else is told of them.
    if (field(arena, id, S_THREAD) === threadId || !isAlive(arena, id)) settle(member, id);
  }
}
