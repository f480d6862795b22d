/**
 * The arena of one process's threads: a plain SharedArrayBuffer, `Atomics` to sleep and wake.
 *
 * The first thread that needs it makes it, and leaves it in the environment data that Workers
 * started from then on inherit; so each thread finds the one of the thread that started it.
 */
import { getEnvironmentData, setEnvironmentData, threadId } from "node:worker_threads";
import { onCopy, onSeparation } from "../platform/copies.ts";
import { atEnd } from "../platform/endings.ts";
import { ownName } from "../platform/package-copy.ts";
import { Arena, type ArenaParts, newThreadMemory } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { slotAt } from "./layout.ts";
import { Member } from "./member.ts";
import { onRename, threadName } from "./own-name.ts";
import { watchOwnThreads } from "./own-threads.ts";
import { settle } from "./settle.ts";
import {
  S_BELL,
  S_LEFT,
  S_PID,
  S_STARTED,
  S_TID,
  claimSlot,
  goLive,
  listed,
  setField,
  writeName,
} from "./slots.ts";
import { ThreadBells } from "./thread-bells.ts";
import { isRunning, kernelThread, startOf } from "./threads.ts";

const MEMORY = ownName("threads");

export function threadParts(arena: Arena): ArenaParts {
  const { words } = arena;
  return {
    sleeper: {
      sleep: (index, expected, timeoutMs) => atomics.wait(words, index, expected, timeoutMs),
      wake: (index, count) => atomics.notify(words, index, count),
    },
    life: {
      isAlive: (slot) => {
        const at = slotAt(slot);
        const tid = atomics.load(words, at + S_TID);
        return isRunning(process.pid, tid, atomics.load(words, at + S_STARTED));
      },
    },
    bells: new ThreadBells(arena),
  };
}

let joined: Member | undefined;

/**
 * In a child made by fork: the memory is a copy, in which only this thread still exists, under
 * another number. The others count as dead here.
 */
function reviseAfterFork(): void {
  if (joined === undefined) return;
  const { arena, id } = joined;
  setField(arena, id, S_PID, process.pid);
  setField(arena, id, S_TID, kernelThread());
  setField(arena, id, S_STARTED, startOf(process.pid, kernelThread()));
  setField(arena, id, S_BELL, 0);
  for (const other of listed(arena)) if (other !== id) settle(joined, other);
}

onCopy(reviseAfterFork);
onSeparation(() => joined?.loop?.startAnew());

/** This thread's membership in the arena of its process's threads. */
export function threadMember(): Member {
  joined ??= join();
  return joined;
}

onRename(() => {
  if (joined !== undefined) writeName(joined.arena, joined.slot, threadName());
});

function join(): Member {
  const found = getEnvironmentData(MEMORY) as SharedArrayBuffer | undefined;
  const memory = found ?? newThreadMemory();
  const arena = new Arena(memory, "thread", threadParts);
  if (found === undefined) {
    arena.format();
    setEnvironmentData(MEMORY, memory as never);
  } else {
    arena.verify();
  }
  const tid = kernelThread();
  const id = claimSlot(arena, {
    pid: process.pid,
    tid,
    threadId,
    started: startOf(process.pid, tid),
    name: threadName(),
  });
  goLive(arena, id);
  const member = new Member(arena, id);
  atEnd((code) => {
    if (code === 0) setField(arena, id, S_LEFT, 1);
  });
  watchOwnThreads(member);
  return member;
}
