/**
 * Whatever is taken and given back: the words acquire, hold and run, waiting and not, said once for
 * locks and semaphores. What taking means is up to them.
 */
import { settleForTry, waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { inFlow } from "../core/flow.ts";
import { loopWaits } from "../core/loop-waits.ts";
import { TIMED_OUT, type Waitable } from "../core/waitable.ts";
import { TimeoutError } from "../errors.ts";
import { Guard } from "./guard.ts";
import { TAKEN, TAKEN_ABANDONED } from "./lock-word.ts";
import { SharedObject } from "./shared-object.ts";

const YES: Promise<true> = Promise.resolve(true);

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** What can be taken, waited for, and given back: locks and semaphores. */
export abstract class Holdable extends SharedObject {
  /** Takes it at once if that needs no waiting, for the code named `flow`. */
  protected abstract enter(flow: number): boolean;
  /** Takes it if that needs no waiting, and does what is to be done then. */
  protected abstract tryAs(flow: number): boolean;
  /** Gives back what the code named `flow` took. */
  protected abstract leave(flow: number): void;
  /** How to wait for it. */
  protected abstract waitFor(flow: number): Waitable;
  /** How the code that asks is named, where that matters. */
  protected abstract flowNow(sync: boolean): number;
  /** Why one has to wait, for messages. */
  protected abstract why(): string;

  /** What is to be done when it was taken. */
  protected taken(_flow: number, _token: number): void {}

  /** About to wait: refuses what could never end, or returns what to do when the wait is over. */
  protected aboutToWait(_flow: number, _timeoutMs: number): (() => void) | undefined {
    return undefined;
  }

  /**
   * Waits until it is ours. Prefer `hold` and `run`, which give it back by themselves.
   * @returns false when the time ran out
   * @throws the signal's reason
   */
  acquire(): Promise<true>;
  acquire(wait: Wait | undefined): Promise<boolean>;
  acquire(wait?: Wait): Promise<boolean> {
    // The common case makes no promise of its own.
    if (wait === undefined && !isAborted(signalOf(wait)) && this.tryAs(this.flowNow(false))) {
      return YES;
    }
    return this.#acquire(wait);
  }

  async #acquire(wait: Wait | undefined): Promise<boolean> {
    return (await this.#take(wait, this.flowNow(false))) !== TIMED_OUT;
  }

  /** Blocks the thread until it is ours; false when the time ran out. */
  acquireSync(wait?: SyncWait): boolean {
    return this.#takeSync(wait, this.flowNow(true)) !== TIMED_OUT;
  }

  /** Takes it if that needs no waiting. Counts as a Sync form. */
  tryAcquire(): boolean {
    const flow = this.flowNow(true);
    if (this.tryAs(flow)) return true;
    return settleForTry(this.member, this.waitFor(flow)) && this.tryAs(flow);
  }

  /**
   * Waits until it is ours, and gives it back at the end of the block: `using _ = await x.hold()`.
   * @throws TimeoutError when the time ran out, the signal's reason when it aborted
   */
  async hold(wait?: Wait): Promise<Guard> {
    const flow = this.flowNow(false);
    return this.#guard(await this.#take(wait, flow), flow, wait);
  }

  /**
   * Blocks until it is ours: `using _ = x.holdSync()`.
   * @throws TimeoutError when the time ran out
   */
  holdSync(wait?: SyncWait): Guard {
    const flow = this.flowNow(true);
    return this.#guard(this.#takeSync(wait, flow), flow, wait);
  }

  /**
   * Runs `fn` while it is ours, and gives it back however `fn` ends. Inside, code is one flow: what
   * is re-entrant may be taken again.
   * @throws TimeoutError when the time ran out, the signal's reason when it aborted
   */
  async run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R> {
    if (typeof fn !== "function") throw new TypeError(`run() takes a function, not ${typeof fn}`);
    return inFlow(async () => {
      const guard = await this.hold(wait);
      try {
        return await fn();
      } finally {
        guard.release();
      }
    });
  }

  #guard(token: number, flow: number, wait: SyncWait | undefined): Guard {
    if (token === TIMED_OUT) {
      throw new TimeoutError(
        `${this.constructor.name} ${JSON.stringify(this.name)} could not be had within ` +
          `${wait?.timeoutMs} ms: ${this.why()}`,
      );
    }
    return new Guard(() => this.leave(flow), token === TAKEN_ABANDONED);
  }

  #takeSync(wait: SyncWait | undefined, flow: number): number {
    const timeoutMs = timeAllowed(wait);
    let token = TAKEN;
    if (!this.enter(flow)) {
      const after = this.aboutToWait(flow, timeoutMs);
      token = waitBlocking(this.member, this.waitFor(flow), new Deadline(timeoutMs));
      after?.();
    }
    if (token !== TIMED_OUT) this.taken(flow, token);
    return token;
  }

  async #take(wait: Wait | undefined, flow: number): Promise<number> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    if (isAborted(signal)) throw signal!.reason;
    let token = TAKEN;
    if (!this.enter(flow)) {
      const after = this.aboutToWait(flow, timeoutMs);
      try {
        token = await loopWaits(this.member).wait(this.waitFor(flow), { timeoutMs, signal });
      } finally {
        after?.();
      }
    }
    if (token === TIMED_OUT) return token;
    this.taken(flow, token);
    // Whoever aborted expects to be obeyed, though it came between the gift and its news.
    if (!isAborted(signal)) return token;
    this.leave(flow);
    throw signal!.reason;
  }
}
