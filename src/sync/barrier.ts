/** A meeting point: all parties wait until the last has come. */
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { registerKind } from "../core/kinds.ts";
import { loopWaits } from "../core/loop-waits.ts";
import { bucketFor } from "../core/queues.ts";
import { TIMED_OUT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { BrokenBarrierError } from "../errors.ts";
import { Arrival } from "./arrival.ts";
import { type BarrierSettings, checkBarrierOptions, checkParties } from "./barrier-options.ts";
import {
  ACT,
  BARRIER_WORDS,
  TURNED_AWAY,
  abortBarrier,
  countWaiting,
  endAction,
  isBroken,
  readShape,
  resetBarrier,
  settleBarrier,
  writeShape,
} from "./barrier-words.ts";
import { KIND_BARRIER } from "./kinds.ts";
import { type MemberOf, type NameOptions, SharedObject, isAdopting } from "./shared-object.ts";

/** The action is run by one of the parties. */
export interface BarrierOptions extends NameOptions, BarrierSettings {}

/** Lets `parties` callers wait for each other, again and again. */
export class Barrier extends SharedObject {
  /** How many must come before any goes on. */
  readonly parties: number;
  /** @internal What goes with the handle when it crosses. */
  action: (() => unknown) | undefined;

  constructor(memberOf: MemberOf, parties: number, options: BarrierOptions = {}) {
    if (!isAdopting()) checkParties(parties);
    const { action, timeoutMs } = checkBarrierOptions(options);
    super(memberOf, KIND_BARRIER, BARRIER_WORDS, options);
    this.action = action;
    if (this.isNew) {
      const shape = { parties, hasAction: action !== undefined, timeoutMs };
      writeShape(this.member, this.handle.block, shape);
    }
    this.parties = readShape(this.member, this.handle.block).parties;
  }

  /** How many are waiting now. */
  get waiting(): number {
    return this.#latched(() => countWaiting(this.member, this.handle.block));
  }

  /** Whether every wait fails until `reset`: after `abort`, or since a party was late or died. */
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
    const arrival = this.#arrival(signal);
    const token = await loopWaits(this.member).wait(arrival, { timeoutMs, signal });
    const index = this.#indexOf(token);
    if ((token & ACT) !== 0) await this.#act(arrival.round);
    return index;
  }

  /** The blocking twin of `wait`. */
  waitSync(wait?: SyncWait): number {
    const deadline = new Deadline(this.#limit(wait));
    const arrival = this.#arrival();
    const token = waitBlocking(this.member, arrival, deadline);
    const index = this.#indexOf(token);
    if ((token & ACT) !== 0) this.#actSync(arrival.round);
    return index;
  }

  #arrival(signal?: AbortSignal): Arrival {
    return new Arrival(this.member, this.handle.block, this.action !== undefined, signal);
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
      `Barrier ${JSON.stringify(this.name)} of ${this.parties} is broken: it was aborted or ` +
        `reset, or a party died, ran out of time or failed in the action; reset() makes it whole`,
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

registerKind(KIND_BARRIER, { name: "Barrier", shared: true, settle: settleBarrier });
