/**
 * A wait for a turn: for a lock, a permit, an item, an event, a time.
 *
 * A turn is granted first and taken a moment later, when the ready queue gets there. Between the
 * two a cancellation can still come: then the waiter gives its turn back, and the place it waits
 * at hands it to the next. So neither a wake-up nor an item is lost, and nobody is woken by one
 * who has been told to stop.
 */
import { Fuse, givenSignal, timeAllowed, type Wait } from "../core/deadline.ts";
import type { CancelledError } from "../errors.ts";
import { whenReady, type Turn } from "./ready.ts";
import { currentScope, type Scope } from "./scope.ts";
import { Suspension } from "./suspension.ts";

/** Where a waiter waits. */
export interface Place<T> {
  /** The waiter does not wait any more, and had not been granted anything. */
  leave(waiter: Waiter<T>): void;
  /**
   * Hands on what was granted to a waiter that was cancelled before it took it. Without this the
   * grant stands, and the cancellation waits for the next await.
   */
  giveBack?(value: T): void;
  /** Ends a waiter whose turn has come. Without this it goes on with what was granted. */
  serve?(waiter: Waiter<T>): void;
  describe(): string;
}

/** A `Wait`, checked. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws TypeError or RangeError for a bad `wait` */
export function limitsOf(wait: Wait | undefined): Limits {
  return { timeoutMs: timeAllowed(wait), signal: givenSignal(wait) };
}

const WAITING = 0;
const GRANTED = 1;
const ENDED = 2;

const ignore = (): void => {};

export class Waiter<T> extends Suspension implements Turn {
  readonly promise: Promise<T>;
  /** The neighbours in the line of the place, kept by `Line`. */
  ahead: Waiter<T> | undefined = undefined;
  behind: Waiter<T> | undefined = undefined;
  readonly #place: Place<T>;
  #resolve!: (value: T | PromiseLike<T>) => void;
  #state = WAITING;
  #value: T | undefined = undefined;
  #fuse: Fuse | undefined = undefined;

  constructor(place: Place<T>) {
    super();
    this.#place = place;
    // Keeping `reject` too would cost every idle task the memory of a function.
    this.promise = new Promise<T>((resolve) => {
      this.#resolve = resolve;
    });
    currentScope()?.add(this);
  }

  get waiting(): boolean {
    return this.#state === WAITING;
  }

  /** Lets time and signal end the waiting; `onTimeout` then ends this waiter. */
  limit({ timeoutMs, signal }: Limits, onTimeout: (waiter: this) => void): this {
    const timeUp = (): void => {
      if (this.#state !== WAITING) return;
      this.#place.leave(this);
      onTimeout(this);
    };
    if (signal?.aborted === true) this.#withdraw(signal.reason);
    else if (timeoutMs === 0) timeUp();
    else this.#fuse = new Fuse(timeoutMs, signal, timeUp, () => this.#abort(signal!));
    return this;
  }

  /** The turn is this waiter's, which goes on in a moment. */
  grant(value?: T): void {
    if (this.#state !== WAITING) return;
    this.#state = GRANTED;
    this.#value = value;
    whenReady(this);
  }

  takeTurn(): void {
    if (this.#state !== GRANTED) return;
    if (this.#place.serve === undefined) this.end(this.#value as T);
    else this.#place.serve(this);
  }

  /** Goes on with `value`. */
  end(value: T): void {
    if (this.#finish()) this.#resolve(value);
  }

  /** Goes on with an error. */
  fail(reason: unknown): void {
    if (this.#finish()) this.#resolve(Promise.reject(reason));
  }

  cancel(reason: CancelledError): boolean {
    if (this.#state === GRANTED && this.#place.giveBack === undefined) return false;
    const { scope } = this;
    scope?.task.noteDelivery(true);
    // Several awaits may be cancelled at once, and only one of them be looked at.
    this.promise.catch(ignore);
    this.#withdraw(reason, scope);
    return true;
  }

  drop(): void {
    const state = this.#state;
    this.#finish();
    if (state === WAITING) this.#place.leave(this);
    else if (state === GRANTED) this.#place.giveBack?.(this.#value as T);
  }

  describe(): string {
    return this.#place.describe();
  }

  #abort(signal: AbortSignal): void {
    if (this.#state === WAITING || this.#place.giveBack !== undefined)
      this.#withdraw(signal.reason);
  }

  /** @param landing the scope that is cancelled, if that is why */
  #withdraw(reason: unknown, landing?: Scope): void {
    const granted = this.#state === GRANTED;
    if (landing === undefined) this.fail(reason);
    else if (this.#finish()) landing.land(() => this.#resolve(Promise.reject(reason)));
    if (granted) this.#place.giveBack!(this.#value as T);
    else this.#place.leave(this);
  }

  #finish(): boolean {
    if (this.#state === ENDED) return false;
    this.#state = ENDED;
    this.#fuse?.cut();
    this.scope?.remove(this);
    this.ended();
    return true;
  }

  /** Called once, when the waiting is over for whatever reason. */
  protected ended(): void {}
}
