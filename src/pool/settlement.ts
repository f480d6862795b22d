/**
 * How a result comes to be there: what is behind every `Future` and `AsyncResult`.
 *
 * ```
 * pending ──► running ──► fulfilled | rejected
 *    └──► cancelled ──► noticed (its executor has seen that it was cancelled)
 * ```
 *
 * It is settled once; whoever comes later with another outcome is not heard. Observers are told in
 * the order in which they came, by the call that settles. A native promise is made only when
 * somebody awaits.
 */
import { askedHere } from "../carry/index.ts";
import { Deadline, Fuse, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";
import type { Crew } from "../crew/crew.ts";
import { CancelledError, StateError } from "../errors.ts";
import type { ErrorFor } from "./droppable-task.ts";
import type { Limit } from "./limit.ts";
import { last, newPromise } from "./new-promise.ts";
import { forgetFailure, noteFailure } from "./unseen-failure.ts";

export type Phase = "pending" | "running" | "cancelled" | "noticed" | "fulfilled" | "rejected";

/** Somebody who is told when it is settled. Must not throw. */
export interface Observer {
  settled(): void;
}

/** What brings a result about. */
export interface Work {
  /** Where results are taken in while a thread blocks. */
  readonly crew: Crew;
  readonly started: boolean;
  /** Takes it back; false when it has begun. */
  withdraw(): boolean;
  /** Drops it, or stops it where it runs. */
  interrupt(reason: unknown): void;
}

export class Settlement<R> {
  /** What it is the result of, for messages. */
  label: string;
  work: Work | undefined = undefined;
  limit: Limit | undefined = undefined;
  #phase: Phase = "pending";
  #outcome: unknown = undefined;
  #observers: Observer | Observer[] | undefined = undefined;
  /** The promise that all who await it share, and what settles it. */
  #promise: Promise<R> | undefined = undefined;
  #resolve: typeof last.resolve | undefined = undefined;
  #reject: typeof last.reject | undefined = undefined;
  #seen = false;

  constructor(label: string) {
    this.label = label;
  }

  get phase(): Phase {
    if (this.#phase === "pending" && this.work?.started === true) return "running";
    return this.#phase;
  }

  get done(): boolean {
    return this.#phase !== "pending" && this.#phase !== "running";
  }

  get cancelled(): boolean {
    return this.#phase === "cancelled" || this.#phase === "noticed";
  }

  /** What it was settled with: the value, or the error. */
  get outcome(): unknown {
    if (this.cancelled && typeof this.#outcome === "function")
      this.#outcome = (this.#outcome as ErrorFor)(this.label);
    return this.#outcome;
  }

  /** The value of what is settled. @throws the error */
  value(): R {
    this.see();
    if (this.#phase === "fulfilled") return this.#outcome as R;
    throw askedHere(this.outcome);
  }

  /** Between the phases in which nothing is settled, and from cancelled to noticed. */
  enter(phase: Phase): void {
    this.#phase = phase;
  }

  /**
   * False when it was settled before. What is cancelled is given what makes its error: most of it
   * is never asked, and an error is expensive to make.
   */
  settle(phase: "cancelled", outcome: ErrorFor): boolean;
  settle(phase: Phase, outcome: unknown): boolean;
  settle(phase: Phase, outcome: unknown): boolean {
    if (this.done) return false;
    this.#phase = phase;
    this.#outcome = outcome;
    this.limit?.cut();
    this.limit = undefined;
    this.work = undefined;
    const observers = this.#observers;
    this.#observers = undefined;
    if (Array.isArray(observers)) for (const observer of observers) observer.settled();
    else observers?.settled();
    this.#settlePromise();
    if (phase === "rejected" && !this.#seen && !(outcome instanceof CancelledError))
      noteFailure(this, this.label, outcome);
    return true;
  }

  /** Ends it with a reason of the caller's own, which so needs no report. */
  stop(reason: unknown): void {
    this.#seen = true;
    const { work } = this;
    if (this.settle("rejected", reason)) work?.interrupt(reason);
  }

  /** Somebody looks at the outcome. */
  see(): void {
    this.#seen = true;
    if (this.#phase === "rejected") forgetFailure(this);
  }

  observe(observer: Observer): void {
    if (this.done) observer.settled();
    else if (this.#observers === undefined) this.#observers = observer;
    else if (Array.isArray(this.#observers)) this.#observers.push(observer);
    else this.#observers = [this.#observers, observer];
  }

  unobserve(observer: Observer): void {
    if (this.#observers === observer) this.#observers = undefined;
    else if (Array.isArray(this.#observers))
      this.#observers = this.#observers.filter((one) => one !== observer);
  }

  promise(): Promise<R> {
    this.see();
    if (this.#promise !== undefined) return this.#promise;
    const promise = newPromise<R>();
    this.#promise = promise;
    this.#resolve = last.resolve;
    this.#reject = last.reject;
    if (this.done) this.#settlePromise();
    return promise;
  }

  #settlePromise(): void {
    if (this.#phase === "fulfilled") this.#resolve?.(this.#outcome);
    else this.#reject?.(this.outcome);
    this.#resolve = this.#reject = undefined;
  }

  /** The promise of an await inside a task: when that is cancelled, so is this. */
  async promiseInTask(cancel: () => void): Promise<R> {
    this.see();
    try {
      await this.wait();
    } catch (error) {
      cancel();
      throw error;
    }
    return this.value();
  }

  /** Waits until it is settled; false when the time is over. @throws the signal's reason */
  async wait(wait?: Wait): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    signal?.throwIfAborted();
    if (this.done || timeoutMs === 0) return this.done;
    return new Promise<boolean>((resolve, reject) => {
      const fuse = new Fuse(
        timeoutMs,
        signal,
        () => leave(() => resolve(false)),
        () => leave(() => reject(signal!.reason as Error)),
      );
      const observer = {
        settled: () => {
          fuse.cut();
          resolve(true);
        },
      };
      const leave = (end: () => void): void => {
        this.unobserve(observer);
        end();
      };
      this.observe(observer);
    });
  }

  /**
   * Blocks until it is settled; false when the time is over.
   * @throws StateError when nobody can settle it meanwhile
   */
  waitSync(deadline: Deadline): boolean {
    if (this.done) return true;
    const { work, limit } = this;
    if (work === undefined) return this.#sleep(deadline);
    if (limit === undefined) return work.crew.waitSync(() => this.done, deadline);
    const first = new Deadline(Math.min(limit.remainingMs, deadline.remainingMs));
    if (!work.crew.waitSync(() => this.done, first)) limit.look();
    return this.done;
  }

  #sleep(deadline: Deadline): boolean {
    if (deadline.remainingMs === Infinity) {
      throw new StateError(
        `${this.label} belongs to no executor: nothing can settle it while this thread blocks; ` +
          "await it, or give a timeoutMs",
      );
    }
    napSync(deadline.remainingMs);
    return this.done;
  }
}
