/** Who is who: this thread, the first one, and all that are alive. */
import { isMainThread, threadId } from "node:worker_threads";
import { showByToString } from "../core/shown.ts";
import { adoptCurrent, currentObject } from "../workers/current.ts";
import { type ExceptHook, replaceExceptHook } from "../workers/threads/except-hook.ts";
import { readRoll } from "../workers/threads/thread-roll.ts";
import { startedThreads } from "./started-threads.ts";
import { Thread } from "./thread.ts";

/** A thread that another thread started: it can be looked at, not joined. */
export class ForeignThread {
  /** As it was when the thread was found. */
  readonly name: string;
  /** Node's number of the thread; 0 is the main one. */
  readonly ident: number;
  /** Whether it is stopped at the end of the program, instead of keeping it alive. */
  readonly daemon: boolean;

  constructor(name: string, ident: number, daemon: boolean) {
    this.name = name;
    this.ident = ident;
    this.daemon = daemon;
  }

  /** Whether it has not ended yet. */
  get alive(): boolean {
    return this.ident === 0 || readRoll().some(({ ident }) => ident === this.ident);
  }

  toString(): string {
    return `ForeignThread(${this.name}, ${this.alive ? "alive" : "done"}, ident ${this.ident})`;
  }

  static {
    showByToString(this);
  }
}

let self: Thread | undefined;

/** This thread: in one started from a subclass of `Thread`, an object of that class. */
export function currentThread(): Thread {
  if (self !== undefined) return self;
  const known = currentObject();
  self = known instanceof Thread ? known : (Object.create(Thread.prototype) as Thread);
  if (known === null && !isMainThread) adoptCurrent(self);
  return self;
}

/** The first thread of this process. */
export function mainThread(): Thread | ForeignThread {
  return isMainThread ? currentThread() : new ForeignThread("MainThread", 0, false);
}

/**
 * All threads of this process that are alive, the first one included.
 *
 * Differs from Python: Workers that the program made by `node:worker_threads` are not among them,
 * since nobody hears when such a one is torn down.
 */
export function enumerate(): (Thread | ForeignThread)[] {
  const own = new Map(startedThreads().map((life) => [life.ident, life.face as Thread]));
  const others = readRoll().map(({ ident, name, daemon }) => {
    if (ident === threadId) return currentThread();
    return own.get(ident) ?? new ForeignThread(name, ident, daemon);
  });
  return [mainThread(), ...others];
}

/** How many `enumerate` gives. */
export function activeCount(): number {
  return 1 + readRoll().length;
}

/** The number of this thread. */
export function getIdent(): number {
  return threadId;
}

/**
 * Has errors that nobody catches in threads handed to a function instead of printed: errors of the
 * threads that this thread starts from now on, and of those that they start, unless they have a
 * hook of their own. Null prints them again.
 */
export function setExceptHook(hook: ExceptHook | null): void {
  if (hook !== null && typeof hook !== "function") throw new TypeError("hook must be a function");
  replaceExceptHook(hook);
}
