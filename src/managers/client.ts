/**
 * A client as the server sees it: a thread of the family, or another program. It has one link or
 * more; when the last is closed the client is gone, and what it held in the server is given back.
 */
import type { Owner } from "../sync/holders.ts";
import type { Call } from "./call.ts";
import type { ServedLink } from "./served-link.ts";

export class Client {
  readonly id: string;
  /** Its thread, as locks show it. */
  readonly who: Owner;
  readonly links: Set<ServedLink> = new Set();
  /** How often each object's proxy was sent to it over sockets. */
  readonly sent: Map<number, number> = new Map();
  /** Its calls that have no answer yet. */
  readonly calls: Set<Call> = new Set();
  readonly #whenGone = new Set<() => void>();
  /** What waits until the call of a number has come. */
  readonly #postponed = new Map<() => void, number>();
  #lastCall = 0;
  #gone = false;

  constructor(id: string, who: Owner) {
    this.id = id;
    this.who = who;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Has `giveBack` called when the client is gone; answers how to take that back. */
  onGone(giveBack: () => void): () => void {
    this.#whenGone.add(giveBack);
    return () => this.#whenGone.delete(giveBack);
  }

  /** A call has come, on whichever link. */
  came(number: number): void {
    this.#lastCall = number;
    if (this.#postponed.size === 0) return;
    for (const [task, after] of Array.from(this.#postponed)) {
      if (after > number) continue;
      this.#postponed.delete(task);
      task();
    }
  }

  /** Does `task` when the call `after` has come; false when it has. */
  postpone(after: number, task: () => void): boolean {
    if (after === 0 || after <= this.#lastCall) return false;
    this.#postponed.set(task, after);
    return true;
  }

  /** Its calls end, and then others get what it held. */
  leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const call of this.calls) call.abort();
    for (const giveBack of this.#whenGone) giveBack();
    this.#whenGone.clear();
  }
}
