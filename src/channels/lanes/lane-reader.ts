/** The reading end of a lane: taking messages, and waiting for them. */
import { atomics } from "../../core/atomics.ts";
import { waitBlocking } from "../../core/block-wait.ts";
import { Deadline } from "../../core/deadline.ts";
import { loopWaits } from "../../core/loop-waits.ts";
import { Patience } from "../../core/patience.ts";
import type { LoopWait } from "../../core/pending-wait.ts";
import { TIMED_OUT, WAIT, type Waitable } from "../../core/waitable.ts";
import { LOST, type Lane, READERS, WRITERS, lookFor, wakeNext, notifyNext } from "./lane.ts";
import type { Incoming } from "../messages/message.ts";

/** The answers of a reader: there is a message; none came in time; none will come any more. */
export const TAKEN = 0;
export const NOTHING = 1;
export const OVER = 2;
/** A token: there is one, which is to be taken outside the latch; others may be faster. */
const READY = 3;

export class LaneReader {
  readonly #lane: Lane;
  readonly #dependsOn: () => Iterable<number>;
  readonly #patience = new Patience();

  /** @param dependsOn ids of those whose death a waiting reader wants to hear of */
  constructor(lane: Lane, dependsOn: () => Iterable<number>) {
    this.#lane = lane;
    this.#dependsOn = dependsOn;
  }

  /** Whether there is a message, or never will be one. */
  get hasNews(): boolean {
    const { store } = this.#lane;
    return !store.isEmpty || store.isShut;
  }

  /** Takes the next message if there is one. */
  tryTake(incoming: Incoming): number {
    const { memberOf, home, at, store } = this.#lane;
    // In this order: what was added before the lane was shut is still there.
    const over = store.isShut;
    if (!store.take(incoming)) return over ? OVER : NOTHING;
    wakeNext(memberOf(), home, at + WRITERS);
    return TAKEN;
  }

  takeSync(incoming: Incoming, timeoutMs: number): number {
    const { memberOf, store } = this.#lane;
    const outcome = this.tryTake(incoming);
    if (outcome !== NOTHING) return outcome;
    const deadline = new Deadline(timeoutMs);
    if (timeoutMs > 0 && lookFor(() => !store.isEmpty, this.#patience)) {
      const second = this.tryTake(incoming);
      if (second !== NOTHING) return second;
    }
    for (;;) {
      const token = waitBlocking(memberOf(), this.#waitable(incoming), deadline);
      if (token === TIMED_OUT) return NOTHING;
      const taken = token === READY ? this.tryTake(incoming) : token;
      if (taken !== NOTHING) return taken;
    }
  }

  /** Waits for a message; it takes an `Incoming` that nobody else uses meanwhile. */
  async take(incoming: Incoming, wait: LoopWait): Promise<number> {
    const { memberOf } = this.#lane;
    const deadline = new Deadline(wait.timeoutMs ?? Infinity);
    for (;;) {
      const rest = { ...wait, timeoutMs: deadline.remainingMs };
      const token = await loopWaits(memberOf()).wait(this.#waitable(incoming), rest);
      if (token === TIMED_OUT) return NOTHING;
      const taken = token === READY ? this.tryTake(incoming) : token;
      if (taken !== NOTHING) return taken;
    }
  }

  #waitable(incoming: Incoming): Waitable {
    const { memberOf, home, at, store, isClosed } = this.#lane;
    if (store.takesByUserCode) return this.ready(READY);
    const key = at + READERS;
    return {
      home,
      key,
      attempt: () => {
        if (isClosed?.() === true) return LOST;
        const member = memberOf();
        atomics.store(member.arena.words, key, 1);
        const over = store.isShut;
        if (!store.take(incoming)) return over ? OVER : WAIT;
        notifyNext(member, home, at + WRITERS);
        return TAKEN;
      },
      dependsOn: this.#dependsOn,
    };
  }

  /** Waiting until there is a message, or none will come; it stays where it is. */
  ready(token: number = TAKEN): Waitable {
    const { memberOf, home, at, store, isClosed } = this.#lane;
    const key = at + READERS;
    return {
      home,
      key,
      attempt: () => {
        if (isClosed?.() === true) return LOST;
        const member = memberOf();
        atomics.store(member.arena.words, key, 1);
        const over = store.isShut;
        if (store.isEmpty) return over ? OVER : WAIT;
        // The message is still to be had, by others too.
        notifyNext(member, home, key);
        return token;
      },
      dependsOn: this.#dependsOn,
    };
  }
}
