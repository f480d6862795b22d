import { threadId } from "node:worker_threads";
import { Refusal, registerHandle } from "../carry/index.ts";
import { providesHandles } from "../workers/crossing/handle-modules.ts";
import { showByToString } from "../core/shown.ts";

providesHandles(new URL("./index.js", import.meta.url).href);

let made = 0;
/** Those that came from elsewhere, so that one sent twice is one. */
const arrived = new Map<string, WeakRef<Local<unknown>>>();

/**
 * A value that each thread has for itself: what one sets, no other sees.
 *
 * Threads share no variables anyway; this makes the intention visible, and a Local that goes to a
 * thread begins there without a value, or with what `initial` makes.
 */
export class Local<T> {
  readonly #initial: (() => T) | undefined;
  #id = `${threadId}:${++made}`;
  #value: T | undefined;
  #has = false;

  /** @param initial makes the value in each thread that asks before it has set one */
  constructor(initial?: () => T) {
    if (initial !== undefined && typeof initial !== "function") {
      throw new TypeError("initial must be a function");
    }
    this.#initial = initial;
  }

  /** What this thread set last; before that what `initial` makes here, undefined without one. */
  get(): T | undefined {
    if (!this.#has && this.#initial !== undefined) this.set(this.#initial());
    return this.#value;
  }

  /** Sets the value of this thread alone. */
  set(value: T): void {
    this.#value = value;
    this.#has = true;
  }

  toString(): string {
    return `Local(${this.#has ? String(this.#value) : "not set"})`;
  }

  static {
    showByToString(this);
    registerHandle<Local<unknown>, { id: string; initial: (() => unknown) | null }>("Local", {
      is: (value): value is Local<unknown> => value instanceof Local,
      toHandle: (local, { destination }) => {
        if (destination === "thread") return { id: local.#id, initial: local.#initial ?? null };
        throw new Refusal("a Local belongs to the threads of one process; send its value");
      },
      fromHandle: ({ id, initial }) => {
        let local = arrived.get(id)?.deref();
        if (local === undefined) {
          local = new Local(initial ?? undefined);
          local.#id = id;
          arrived.set(id, new WeakRef(local));
        }
        return local;
      },
    });
  }
}
