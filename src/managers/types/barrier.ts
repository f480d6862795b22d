/** A meeting point of clients in a manager's server. */
import type { SyncWait } from "../../core/deadline.ts";
import { BrokenBarrierError } from "../../errors.ts";
import { checkBarrierOptions, checkParties } from "../../sync/barrier-options.ts";
import { currentCall } from "../call.ts";
import { checkedWait, Line } from "./line.ts";

/** What a barrier does when all have come, and how long it waits for that. */
export interface ManagedBarrierOptions {
  /** Called in the server when all have come, before they go on. */
  action?: () => void;
  /** For every wait that names no time of its own. */
  timeoutMs?: number;
}

/** A meeting point of clients. */
export class ManagedBarrier {
  readonly #parties: number;
  readonly #action: (() => void) | undefined;
  readonly #timeoutMs: number;
  readonly #line = new Line<number>();
  #broken = false;

  /** @throws TypeError, RangeError for fewer than one party or a bad time */
  constructor(parties: number, options: ManagedBarrierOptions = {}) {
    this.#parties = checkParties(parties);
    const { action, timeoutMs } = checkBarrierOptions(options);
    this.#action = action;
    this.#timeoutMs = timeoutMs;
  }

  /** How many must come before any goes on. */
  get parties(): number {
    return this.#parties;
  }

  /** How many are waiting now. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Whether every wait fails until `reset`. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Waits for all parties; answers which one this is, from 0 on, in order of arrival. A party that
   * runs out of time, or is gone, breaks the barrier for all.
   * @throws BrokenBarrierError
   */
  wait(wait?: SyncWait): number | Promise<number> {
    checkedWait(wait);
    if (this.#broken) throw new BrokenBarrierError("the barrier is broken; reset() makes it whole");
    if (this.#line.length + 1 === this.#parties) return this.#open();
    const limits = { timeoutMs: wait?.timeoutMs ?? this.#timeoutMs };
    const call = currentCall();
    const late = (): never => {
      this.#break("another party ran out of time");
      throw new BrokenBarrierError("the barrier broke: not all arrived in time");
    };
    return this.#line.wait(call, limits, late, () => {
      // One that was aborted only leaves.
      if (call.client.gone) this.#break("another party is gone");
    });
  }

  #open(): number {
    try {
      this.#action?.();
    } catch (error) {
      this.#break("its action failed");
      throw error;
    }
    for (const [index, turn] of this.#line.all.entries()) turn.grant(index);
    return this.#parties - 1;
  }

  /** Makes the barrier whole and empty; who waits gets BrokenBarrierError. */
  reset(): void {
    this.#failAll("the barrier was reset");
    this.#broken = false;
  }

  /** Breaks the barrier until it is reset. */
  abort(): void {
    this.#break("it was aborted");
  }

  #break(why: string): void {
    this.#broken = true;
    this.#failAll(`the barrier broke: ${why}`);
  }

  #failAll(message: string): void {
    for (const turn of this.#line.all) turn.fail(new BrokenBarrierError(message));
  }

  toString(): string {
    return `Barrier (${this.#broken ? "broken" : `${this.waiting} of ${this.#parties} waiting`})`;
  }
}
