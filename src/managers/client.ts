/**
 * A client as the server sees it: a thread of the family, or another program. It has one link or
 * more; when the last is closed the client is gone, and what it held in the server is given back.
 */
import type { Call } from "./call.ts";
import type { ServedLink } from "./served-link.ts";

export class Client {
  readonly id: string;
  /** What to call it in messages. */
  readonly name: string;
  readonly links: Set<ServedLink> = new Set();
  /** Its calls that have no answer yet. */
  readonly calls: Set<Call> = new Set();
  readonly #whenGone = new Set<() => void>();
  #gone = false;

  constructor(id: string, name: string) {
    this.id = id;
    this.name = name;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Has `giveBack` called when the client is gone; answers how to take that back. */
  onGone(giveBack: () => void): () => void {
    this.#whenGone.add(giveBack);
    return () => this.#whenGone.delete(giveBack);
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
