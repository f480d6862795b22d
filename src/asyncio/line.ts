/** Waiters in order of arrival; any of them may leave. */
import type { Waiter } from "./waiter.ts";

export class Line<T> {
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Joins at the end. */
  join(waiter: Waiter<T>): void {
    waiter.ahead = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.behind = waiter;
    this.#last = waiter;
    this.#length++;
  }

  /** Takes a waiter out, wherever it stands; nothing happens when it has left already. */
  leave(waiter: Waiter<T>): void {
    const { ahead, behind } = waiter;
    if (ahead === undefined) {
      if (this.#first !== waiter) return;
      this.#first = behind;
    } else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    waiter.ahead = waiter.behind = undefined;
    this.#length--;
  }

  /** Takes the first one out. */
  next(): Waiter<T> | undefined {
    const first = this.#first;
    if (first !== undefined) this.leave(first);
    return first;
  }
}
