/**
 * Who shares the bell of a thread's event loop without a record in a queue: each has a word of his
 * own that says whether he sleeps, and looks for himself whether there is anything. Whoever has
 * something for him lowers the word and rings the bell; should he die in between, others must hear
 * of his death.
 */
import type { Listening } from "./arena.ts";

export interface Listener {
  /** Whether there is something for him. */
  readonly isCalled: boolean;
  /** There is; he listens no more. Must not run code of the user at once. */
  called(): void;
}

export class Listeners {
  readonly #bell: Listening;
  readonly #onArmed: () => void;
  readonly #all = new Set<Listener>();
  #holds = 0;

  /** @param onArmed looks whether the loop was called for anything before the bell was armed */
  constructor(bell: Listening, onArmed: () => void) {
    this.#bell = bell;
    this.#onArmed = onArmed;
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * Tells a listener once there is something for him, which he has said already that he waits for:
   * true when there is by now, and then he is not told.
   */
  listen(listener: Listener): boolean {
    // Say that we sleep first and look second: what comes in between is seen or rung for.
    this.#bell.arm();
    if (listener.isCalled) return true;
    this.#all.add(listener);
    this.#onArmed();
    return false;
  }

  /** He has heard otherwise. */
  ignore(listener: Listener): void {
    this.#all.delete(listener);
  }

  get areCalled(): boolean {
    for (const { isCalled } of this.#all) if (isCalled) return true;
    return false;
  }

  tell(): void {
    for (const listener of this.#all) {
      if (!listener.isCalled) continue;
      this.#all.delete(listener);
      listener.called();
    }
  }

  clear(): void {
    this.#all.clear();
    this.#holds = 0;
  }

  /** Keeps the program alive for one more of those who wait by the bell, or one less. */
  hold(on: boolean): void {
    this.#holds += on ? 1 : -1;
    if (this.#holds === (on ? 1 : 0)) this.#bell.hold(on);
  }
}
