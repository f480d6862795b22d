/** A meeting point: all parties wait until the last has come. */
import { waitBlocking } from "../core/block-wait.ts";
import { isRetainedBy } from "../core/blocks.ts";
import {
  Deadline,
  type SyncWait,
  type Wait,
  checkTime,
  signalOf,
  timeAllowed,
} from "../core/deadline.ts";
import { registerKind } from "../core/kinds.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { bucketFor } from "../core/queues.ts";
import { listed } from "../core/slots.ts";
import { TIMED_OUT, type Waitable, WAIT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { BrokenBarrierError } from "../errors.ts";
import {
  ACT,
  BARRIER_WORDS,
  TURNED_AWAY,
  abortBarrier,
  arrive,
  breakUp,
  countWaiting,
  endAction,
  generationOf,
  isBroken,
  look,
  readShape,
  resetBarrier,
  settleBarrier,
  writeShape,
} from "./barrier-words.ts";
import { KIND_BARRIER } from "./kinds.ts";
import { checkCount } from "./numbers.ts";
import { type MemberOf, type NameOptions, SharedObject, isAdopting } from "./shared-object.ts";

export interface BarrierOptions extends NameOptions {
  /** Run by one of the parties when all have come, before any goes on. */
  action?: () => unknown;
  /** How long a wait may take that does not say so itself. */
  timeoutMs?: number;
}

/** Lets `parties` callers wait for each other, again and again. */
export class Barrier extends SharedObject {
  readonly parties: number;
  /** @internal What goes with the handle when it crosses. */
  action: (() => unknown) | undefined;

  constructor(memberOf: MemberOf, parties: number, options: BarrierOptions = {}) {
    if (!isAdopting()) checkCount(parties, "parties", 1);
    const { action, timeoutMs } = options;
    if (action !== undefined && typeof action !== "function") {
      throw new TypeError(`action must be a function, not ${typeof action}`);
    }
    if (timeoutMs !== undefined) checkTime(timeoutMs);
    super(memberOf, KIND_BARRIER, BARRIER_WORDS, options);
    this.action = action;
    if (this.isNew) {
      const shape = { parties, hasAction: action !== undefined, timeoutMs: timeoutMs ?? Infinity };
      writeShape(this.member, this.handle.block, shape);
    }
    this.parties = readShape(this.member, this.handle.block).parties;
  }

  /** How many are waiting now. */
  get waiting(): number {
    return this.#latched(() => countWaiting(this.member, this.handle.block));
  }

  get broken(): boolean {
    return isBroken(this.member, this.handle.block);
  }

  /**
   * Waits until all parties have come; answers this party's index in the round, from 0. One of them
   * runs the action first. A wait whose time runs out breaks the barrier for all; one that is
   * aborted only leaves.
   * @throws BrokenBarrierError when the barrier is broken or reset, also while waiting
   * @throws what the action threw, for the one who ran it; the signal's reason
   */
  async wait(wait?: Wait): Promise<number> {
    const timeoutMs = this.#limit(wait);
    const signal = signalOf(wait);
    const arrival = new Arrival(this, signal);
    const token = await loopWaits(this.member).wait(arrival, { timeoutMs, signal });
    const index = this.#indexOf(token);
    if ((token & ACT) !== 0) await this.#act(arrival.round);
    return index;
  }

  /** The blocking twin of `wait`. */
  waitSync(wait?: SyncWait): number {
    const deadline = new Deadline(this.#limit(wait));
    const arrival = new Arrival(this);
    const token = waitBlocking(this.member, arrival, deadline);
    const index = this.#indexOf(token);
    if ((token & ACT) !== 0) this.#actSync(arrival.round);
    return index;
  }

  async #act(round: number): Promise<void> {
    try {
      await this.action!();
    } catch (error) {
      endAction(this.member, this.handle.block, round, false);
      throw error;
    }
    this.#goOn(round);
  }

  #actSync(round: number): void {
    try {
      this.action!();
    } catch (error) {
      endAction(this.member, this.handle.block, round, false);
      throw error;
    }
    this.#goOn(round);
  }

  #goOn(round: number): void {
    if (!endAction(this.member, this.handle.block, round, true)) throw this.#brokenError();
  }

  #limit(wait: SyncWait | undefined): number {
    const timeoutMs = timeAllowed(wait);
    if (wait?.timeoutMs !== undefined) return timeoutMs;
    return readShape(this.member, this.handle.block).timeoutMs;
  }

  #indexOf(token: number): number {
    // The time was over before it could be queued.
    if (token === TIMED_OUT) this.abort();
    if (token === TIMED_OUT || token === TURNED_AWAY) throw this.#brokenError();
    return token & ~ACT;
  }

  #brokenError(): BrokenBarrierError {
    return new BrokenBarrierError(
      `Barrier ${JSON.stringify(this.name)} of ${this.parties} is broken: it was aborted or reset, ` +
        `or a party died, ran out of time or failed in the action; reset() makes it whole`,
    );
  }

  /** Makes it whole and empty again; those who wait get a BrokenBarrierError. */
  reset(): void {
    resetBarrier(this.member, this.handle.block);
  }

  /** Breaks it until it is reset: those who wait and all who come get a BrokenBarrierError. */
  abort(): void {
    abortBarrier(this.member, this.handle.block);
  }

  #latched<R>(body: () => R): R {
    return latched(this.member, bucketFor(this.handle.block), body);
  }

  protected describe(): string {
    const state = `${this.waiting} of ${this.parties} waiting`;
    return this.broken ? `broken, ${state}` : state;
  }
}

/** One wait of one party. */
class Arrival implements Waitable {
  readonly home: number;
  key: number;
  /** The generation of the barrier that this wait belongs to. */
  round = 0;
  readonly #member: Member;
  readonly #canAct: boolean;
  readonly #signal: AbortSignal | undefined;
  #came = false;

  constructor(barrier: Barrier, signal?: AbortSignal) {
    this.#member = barrier.member;
    this.#canAct = barrier.action !== undefined;
    this.#signal = signal;
    this.home = barrier.handle.block;
    this.key = this.home;
  }

  attempt(record: number): number {
    if (this.#came) return look(this.#member, this.home);
    this.#came = true;
    const { token, key } = arrive(this.#member, this.home, record, this.#canAct);
    this.key = key;
    this.round = generationOf(this.#member, this.home) + (key === this.home ? 0 : 1);
    return token;
  }

  expire(): number {
    if (this.#signal?.aborted === true) return TIMED_OUT;
    // This record is turned away with the others, and so the wait ends.
    breakUp(this.#member, this.home);
    return WAIT;
  }

  *dependsOn(): Generator<number> {
    const { arena } = this.#member;
    for (const id of listed(arena)) if (isRetainedBy(arena, this.home, id)) yield id;
  }
}

registerKind(KIND_BARRIER, { name: "Barrier", shared: true, settle: settleBarrier });
