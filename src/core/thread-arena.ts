/**
 * The arena of one process's threads: a plain SharedArrayBuffer, `Atomics` to sleep and wake.
 *
 * The first thread that needs it makes it, and leaves it in the environment data that Workers
 * started from then on inherit; so each thread finds the one of the thread that started it.
 */
import { getEnvironmentData, setEnvironmentData, threadId } from "node:worker_threads";
import { Arena, type ArenaParts, type Listening, newThreadMemory } from "./arena.ts";
import * as atomics from "./atomics.ts";
import { slotAt, slotOf } from "./layout.ts";
import { Member } from "./member.ts";
import { watchOwnThreads } from "./own-threads.ts";
import { settle } from "./settle.ts";
import {
  S_ARMED,
  S_LEFT,
  S_PID,
  S_STARTED,
  S_TID,
  claimSlot,
  goLive,
  listed,
  setField,
} from "./slots.ts";
import { isRunning, kernelThread, startOf } from "./threads.ts";

const MEMORY = "manyhands.threads";
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function threadParts({ words }: { readonly words: Int32Array }): ArenaParts {
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
    bells: {
      ring(id) {
        const at = slotAt(slotOf(id)) + S_ARMED;
        if (atomics.exchange(words, at, 0) === 1) atomics.notify(words, at, 1);
      },
      forgetDead() {},
      listen: (id, onRing) => new NotifiedBell(words, slotAt(slotOf(id)) + S_ARMED, onRing),
    },
  };
}

/** A bell that is a word: armed it is 1, and whoever rings makes it 0 and notifies. */
class NotifiedBell implements Listening {
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #onRing: () => void;
  #waiting = false;
  #stopped = false;
  #alive: NodeJS.Timeout | undefined;

  constructor(words: Int32Array, at: number, onRing: () => void) {
    this.#words = words;
    this.#at = at;
    this.#onRing = onRing;
  }

  arm(): void {
    atomics.store(this.#words, this.#at, 1);
    if (this.#waiting || this.#stopped) return;
    this.#waiting = true;
    // Rung already, between the two steps: then it is as if it had been heard.
    if (!atomics.notifiedInLoop(this.#words, this.#at, 1, this.#heard)) setImmediate(this.#heard);
  }

  readonly #heard = (): void => {
    this.#waiting = false;
    if (!this.#stopped) this.#onRing();
  };

  hold(held: boolean): void {
    // Waiting for a word does not keep an event loop alive; a timer that never fires does.
    this.#alive ??= setInterval(() => {}, LONGEST_TIMER_MS);
    if (held) this.#alive.ref();
    else this.#alive.unref();
  }

  familyGrew(): void {
    // Threads of this process are watched by who starts them.
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#alive);
  }
}

let joined: Member | undefined;

/**
 * In a child made by fork: the memory is a copy, in which only this thread still exists, under
 * another number. The others count as dead here.
 */
export function reviseAfterFork(): void {
  if (joined === undefined) return;
  const { arena, id } = joined;
  setField(arena, id, S_PID, process.pid);
  setField(arena, id, S_TID, kernelThread());
  setField(arena, id, S_STARTED, startOf(process.pid, kernelThread()));
  for (const other of listed(arena)) if (other !== id) settle(joined, other);
}

/** This thread's membership in the arena of its process's threads. */
export function threadMember(): Member {
  joined ??= join();
  return joined;
}

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
    name: threadId === 0 ? "MainThread" : `Thread-${threadId}`,
  });
  goLive(arena, id);
  const member = new Member(arena, id);
  process.on("exit", (code) => {
    if (code === 0) setField(arena, id, S_LEFT, 1);
  });
  watchOwnThreads(member);
  return member;
}
