/**
 * Waking event loops among the threads of one process. A bell is a word: armed it is 1, and whoever
 * rings makes it 0 and notifies. A thread that sleeps on descriptors cannot hear that: so it has a
 * pipe too, from its first such sleep on, which its slot names and ringers write into.
 */
import { constants, openSync } from "node:fs";
import { loadPlatform, whyNoPlatform } from "../platform/load.ts";
import type { Arena, Bells, Listening } from "./arena.ts";
import { atomics, notifiedInLoop } from "./atomics.ts";
import { slotAt, slotOf } from "./layout.ts";
import { BellPipe, PipeBells } from "./pipe-bell.ts";
import { S_ARMED, S_BELL, field } from "./slots.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class ThreadBells implements Bells {
  readonly #arena: Arena;
  #pipes: PipeBells | undefined;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  ring(id: number): void {
    const { words } = this.#arena;
    const at = slotAt(slotOf(id)) + S_ARMED;
    if (atomics.exchange(words, at, 0) !== 1) return;
    atomics.notify(words, at, 1);
    if (field(this.#arena, id, S_BELL) === 0) return;
    this.#pipes ??= new PipeBells(this.#arena, loadPlatform(), () => {});
    this.#pipes.write(id);
  }

  forgetDead(): void {
    this.#pipes?.forgetDead();
  }

  listen(id: number, onRing: () => void): Listening {
    return new NotifiedBell(this.#arena, id, onRing);
  }
}

class NotifiedBell implements Listening {
  readonly #arena: Arena;
  readonly #id: number;
  readonly #at: number;
  readonly #onRing: () => void;
  #waiting = false;
  #stopped = false;
  #alive: NodeJS.Timeout | undefined;
  #pipe: BellPipe | undefined;

  constructor(arena: Arena, id: number, onRing: () => void) {
    this.#arena = arena;
    this.#id = id;
    this.#at = slotAt(slotOf(id)) + S_ARMED;
    this.#onRing = onRing;
  }

  arm(): void {
    const { words } = this.#arena;
    atomics.store(words, this.#at, 1);
    if (this.#waiting || this.#stopped) return;
    this.#waiting = true;
    // Rung already, between the two steps: then it is as if it had been heard.
    if (!notifiedInLoop(words, this.#at, 1, this.#heard)) setImmediate(this.#heard);
  }

  readonly #heard = (): void => {
    this.#waiting = false;
    if (!this.#stopped) this.#onRing();
  };

  get descriptor(): number | null {
    // A pipe that a forked child inherited is still its parent's.
    if (this.#pipe?.pid === process.pid) return this.#pipe.readFd;
    if (whyNoPlatform() !== null) return null;
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const reopen = (fd: number): number => openSync(`/proc/self/fd/${fd}`, flags);
    this.#pipe = BellPipe.make(loadPlatform(), reopen);
    this.#pipe.announce(this.#arena, this.#id);
    return this.#pipe.readFd;
  }

  quiet(): void {
    this.#pipe?.drain();
  }

  hold(held: boolean): void {
    // Waiting for a word does not keep an event loop alive; a timer that never fires does.
    this.#alive ??= setInterval(() => {}, LONGEST_TIMER_MS);
    if (held) this.#alive.ref();
    else this.#alive.unref();
  }

  familyGrew(): void {
    // Threads of this process are watched by who starts them.
  }

  startAnew(): void {
    // Should the word be waited for still, whoever hears of it first does what there is to do.
    this.#waiting = false;
    this.#alive = undefined;
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#alive);
  }
}
