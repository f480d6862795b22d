/** A flag that tasks can wait for. */
import type { Wait } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import { Line } from "./line.ts";
import { answered } from "./ready.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Place } from "./waiter.ts";
import { lockStaysHere } from "./stays-here.ts";

const immediately = Promise.resolve(true);

/** A flag. Everybody who waits when it is set goes on, even if it is cleared at once. */
export class Event implements Place<boolean> {
  #set = false;
  readonly #line = new Line<boolean>();

  /** Whether a wait would end at once. */
  get isSet(): boolean {
    return this.#set;
  }

  /** Raises the flag: all who wait go on, and all who come, until `clear`. */
  set(): void {
    this.#set = true;
    for (let next = this.#line.next(); next !== undefined; next = this.#line.next())
      next.grant(true);
  }

  /** Takes the flag down; those who were let go go on nevertheless. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set; false when the time of `wait` is over. */
  wait(): Promise<true>;
  wait(wait: Wait | undefined): Promise<boolean>;
  wait(wait?: Wait): Promise<boolean> {
    if (wait !== undefined) return this.#waitWithin(wait);
    const refused = takeCancellation();
    if (refused !== undefined) return Promise.reject(refused);
    return this.#set ? answered(immediately) : this.#stand().promise;
  }

  /** @internal */
  leave(waiter: Waiter<boolean>): void {
    this.#line.leave(waiter);
  }

  /** @internal Nothing was taken, so nothing is to be handed on. */
  giveBack(): void {}

  /** @internal */
  describe(): string {
    return "Event.wait()";
  }

  toString(): string {
    return `<Event ${this.#set ? "set" : "unset"}, ${this.#line.length} waiting>`;
  }

  async #waitWithin(wait: Wait): Promise<boolean> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    if (this.#set) return true;
    return this.#stand().limit(limits, (waiter) => waiter.end(false)).promise;
  }

  #stand(): Waiter<boolean> {
    const waiter = new Waiter<boolean>(this);
    this.#line.join(waiter);
    return waiter;
  }
}
showByToString(Event);
lockStaysHere(Event, "Event");
