/**
 * A barrier: nobody goes on before a number of tasks have arrived.
 *
 * When the last arrives, the whole round leaves the line at once; whoever comes next is the first
 * of a new round, even if those of the last have not gone on yet.
 */
import type { Wait } from "../core/deadline.ts";
import { BrokenBarrierError } from "../errors.ts";
import { showByToString } from "../core/shown.ts";
import { checkBarrierOptions, checkParties } from "../sync/barrier-options.ts";
import { Line } from "./line.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Limits, type Place } from "./waiter.ts";
import { lockStaysHere } from "./stays-here.ts";

/** What a barrier does when all have come, and how long it waits for that. */
export interface BarrierOptions {
  /** Called by the last to arrive, before anybody goes on. */
  action?: () => void;
  /** For every wait that names no time of its own. */
  timeoutMs?: number;
}

/** A meeting point of tasks: each waits until as many as `parties` have come, again and again. */
export class Barrier implements Place<number> {
  readonly #parties: number;
  readonly #action: (() => void) | undefined;
  readonly #timeoutMs: number;
  readonly #line = new Line<number>();
  #broken = false;

  /** @throws RangeError for fewer than one party or a bad time */
  constructor(parties: number, options: BarrierOptions = {}) {
    this.#parties = checkParties(parties);
    const { action, timeoutMs } = checkBarrierOptions(options);
    this.#action = action;
    this.#timeoutMs = timeoutMs;
  }

  /** How many must come before any goes on. */
  get parties(): number {
    return this.#parties;
  }

  /** How many have arrived. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Whether every wait fails until `reset`. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Waits until all parties have arrived; each gets a number of its own, from zero, in order of
   * arrival. Whoever runs out of time breaks the barrier for all. A cancelled waiter just leaves.
   * @throws BrokenBarrierError when it is or gets broken, or is reset meanwhile
   */
  async wait(wait: Wait = {}): Promise<number> {
    const { timeoutMs, signal } = limitsOf(wait);
    signal?.throwIfAborted();
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    if (this.#broken) throw new BrokenBarrierError("the barrier is broken; reset() makes it whole");
    if (this.#line.length + 1 === this.#parties) return this.#open();
    return this.#stand({
      timeoutMs: wait.timeoutMs === undefined ? this.#timeoutMs : timeoutMs,
      signal,
    });
  }

  /** Makes the barrier whole and empty; who waits gets BrokenBarrierError. */
  reset(): void {
    this.#failAll("the barrier was reset");
    this.#broken = false;
  }

  /** Breaks the barrier until it is reset. */
  abort(): void {
    this.#broken = true;
    this.#failAll("the barrier was aborted");
  }

  /** @internal */
  leave(waiter: Waiter<number>): void {
    this.#line.leave(waiter);
  }

  /** @internal */
  describe(): string {
    return `Barrier.wait(), ${this.waiting} of ${this.#parties}`;
  }

  toString(): string {
    const state = this.#broken ? "broken" : `${this.waiting} of ${this.#parties} waiting`;
    return `<Barrier ${state}>`;
  }

  #open(): number {
    try {
      this.#action?.();
    } catch (error) {
      this.#broken = true;
      this.#failAll("the barrier's action failed");
      throw error;
    }
    for (let index = 0; index < this.#parties - 1; index++) this.#line.next()!.grant(index);
    return this.#parties - 1;
  }

  #stand(limits: Limits): Promise<number> {
    const waiter = new Waiter<number>(this);
    this.#line.join(waiter);
    waiter.limit(limits, () => {
      this.#broken = true;
      waiter.fail(new BrokenBarrierError("the barrier broke: not all arrived in time"));
      this.#failAll("the barrier broke: another party ran out of time");
    });
    return waiter.promise;
  }

  #failAll(message: string): void {
    for (let next = this.#line.next(); next !== undefined; next = this.#line.next())
      next.fail(new BrokenBarrierError(message));
  }
}
showByToString(Barrier);
lockStaysHere(Barrier, "Barrier");
