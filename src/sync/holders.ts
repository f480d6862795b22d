/** Threads and processes as messages and properties show them, also when they are gone. */
import type { Member } from "../core/member.ts";
import { slotOf } from "../core/layout.ts";
import { atomics } from "../core/atomics.ts";
import { S_PID, S_THREAD, field, isListed, readName } from "../core/slots.ts";
import { readText, writeText } from "./text.ts";

/** A thread of a process. */
export interface Owner {
  /** Of its process. */
  readonly pid: number;
  /** Node's number of the thread; 0 is the main one. */
  readonly threadId: number;
  /** The thread's name, or the process's for its main thread. */
  readonly name: string;
}

const NAME_WORDS = 12;
/** How many words a note of a holder takes. */
export const NOTE_WORDS: number = 2 + NAME_WORDS;

/** The thread with this id; null once it ended. */
export function ownerWithId({ arena }: Member, id: number): Owner | null {
  if (!isListed(arena, id)) return null;
  return readSlot(arena, id);
}

function readSlot(arena: Member["arena"], id: number): Owner {
  return {
    pid: field(arena, id, S_PID),
    threadId: field(arena, id, S_THREAD),
    name: readName(arena, slotOf(id)),
  };
}

/** Notes who had the id `id`, whose life is over but whose slot is not free yet. */
export function noteEnded({ arena }: Member, at: number, id: number): void {
  const { pid, threadId, name } = readSlot(arena, id);
  atomics.store(arena.words, at, pid);
  atomics.store(arena.words, at + 1, threadId);
  writeText(arena, at + 2, NAME_WORDS, name);
}

/** Who was noted; null when nobody ever was. */
export function readNote({ arena }: Member, at: number): Owner | null {
  const pid = atomics.load(arena.words, at);
  if (pid === 0) return null;
  const threadId = atomics.load(arena.words, at + 1);
  return { pid, threadId, name: readText(arena, at + 2, NAME_WORDS) };
}

export function show(owner: Owner | null): string {
  if (owner === null) return "a thread that is gone";
  const thread = owner.threadId === 0 ? "" : `, thread ${owner.threadId}`;
  return `${owner.name} (pid ${owner.pid}${thread})`;
}
