/** Permits in a manager's server; those of a client that is gone come back. */
import type { SyncWait } from "../../core/deadline.ts";
import { currentCall } from "../call.ts";
import type { Client } from "../client.ts";
import { checkedWait, Line } from "./line.ts";
import { NOT_TAKEN, TAKEN } from "./lock.ts";

interface Held {
  permits: number;
  readonly forget: () => void;
}

/** Lets a limited number of clients in, first come first served. */
export class ManagedSemaphore {
  readonly #line = new Line<number>();
  readonly #held = new Map<Client, Held>();
  #value: number;

  /** @throws TypeError, RangeError for a value that is no whole number from zero */
  constructor(value = 1) {
    this.#value = count(value, "the value of a semaphore", 0);
  }

  /** The permits that are free. */
  get value(): number {
    return this.#value;
  }

  /** Whether no permit is free. */
  get locked(): boolean {
    return this.#value === 0;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Waits for a permit; false when the time ran out. */
  acquire(wait?: SyncWait): boolean | Promise<boolean> {
    const taken = this._take(wait);
    return typeof taken === "number" ? taken !== NOT_TAKEN : taken.then((how) => how !== NOT_TAKEN);
  }

  /** Takes a permit if that needs no waiting. */
  tryAcquire(): boolean {
    return this._take({ timeoutMs: 0 }) !== NOT_TAKEN;
  }

  _take(wait?: SyncWait): number | Promise<number> {
    const timeoutMs = checkedWait(wait);
    const call = currentCall();
    if (this.#value > 0) return this.#give(call.client);
    if (timeoutMs === 0) return NOT_TAKEN;
    return this.#line.wait(call, wait, () => NOT_TAKEN);
  }

  /** @throws RangeError for n below 1 */
  release(n = 1): void {
    count(n, "the number of permits", 1);
    const { client } = currentCall();
    const held = this.#held.get(client);
    if (held !== undefined) {
      held.permits -= n;
      if (held.permits <= 0) {
        held.forget();
        this.#held.delete(client);
      }
    }
    this.#add(n);
  }

  /** A client no longer waited when it got this answer of `_take`. */
  _giveBack(how: number): void {
    if (how !== NOT_TAKEN) this.release();
  }

  #give(client: Client): number {
    this.#value--;
    const held = this.#held.get(client);
    if (held !== undefined) held.permits++;
    else {
      const forget = client.onGone(() => {
        const { permits } = this.#held.get(client)!;
        this.#held.delete(client);
        this.#add(permits);
      });
      this.#held.set(client, { permits: 1, forget });
    }
    return TAKEN;
  }

  #add(n: number): void {
    this.#value += n;
    for (let next = this.#line.first; next !== undefined; next = this.#line.first) {
      if (this.#value === 0) return;
      next.grant(this.#give(next.call.client));
    }
  }

  toString(): string {
    return `Semaphore (${this.#value} free, ${this.waiting} waiting)`;
  }
}

/** A semaphore that refuses to be released more often than it was acquired. */
export class ManagedBoundedSemaphore extends ManagedSemaphore {
  readonly #bound: number;

  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /** @throws RangeError when more would be free than at first; nothing is released then */
  override release(n = 1): void {
    count(n, "the number of permits", 1);
    if (this.value + n > this.#bound) {
      throw new RangeError(
        `${this.value} of ${this.#bound} permits are free; ${n} more were never acquired`,
      );
    }
    super.release(n);
  }
}

function count(value: unknown, what: string, least: number): number {
  if (typeof value !== "number") {
    throw new TypeError(`${what} must be a number, not ${typeof value}`);
  }
  if (Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`${what} must be a whole number from ${least}, not ${value}`);
}
