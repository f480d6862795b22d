/** A flag in a manager's server. */
import type { SyncWait } from "../../core/deadline.ts";
import { currentCall } from "../call.ts";
import { checkedWait, Line } from "./line.ts";

/** A flag that clients wait for; down at first. */
export class ManagedEvent {
  readonly #line = new Line<boolean>();
  #set = false;

  /** Whether a wait would end at once. */
  get isSet(): boolean {
    return this.#set;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#line.length;
  }

  /** All who wait at this moment go on, even if it is cleared at once. */
  set(): void {
    this.#set = true;
    for (const turn of this.#line.all) turn.grant(true);
  }

  /** Takes the flag down. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until it is set; false when the time was over first. */
  wait(wait?: SyncWait): boolean | Promise<boolean> {
    checkedWait(wait);
    return this.#set ? true : this.#line.wait(currentCall(), wait, () => false);
  }

  toString(): string {
    return `Event (${this.#set ? "set" : "not set"}, ${this.waiting} waiting)`;
  }
}
