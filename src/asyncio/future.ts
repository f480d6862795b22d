/**
 * A result that is not there yet, and the base of tasks.
 *
 * A native promise is made only when somebody awaits. Inside the library, observers are told
 * directly: a gather of a hundred thousand tasks makes no promise for any of them.
 */
import { asError } from "../core/as-error.ts";
import { shownKind } from "../core/options.ts";
import { CancelledError, InvalidStateError } from "../errors.ts";
import { Await } from "./await.ts";
import { checkCallback, DoneCallback } from "./done-callback.ts";
import { UnseenFailure } from "./failures.ts";
import { showByToString } from "../core/shown.ts";
import type { Observer } from "./observer.ts";
import { currentOwner, type Owner } from "./owner.ts";
import { futureStaysHere } from "./stays-here.ts";

/** The state of a future in a word. */
export type FutureState = "pending" | "fulfilled" | "rejected" | "cancelled";

/** A `{ status, value | reason }` as `Promise.allSettled` gives it. */
export type Settled<T> =
  | {
      /** Whether there is a value; what was cancelled is rejected. */
      readonly status: "fulfilled";
      /** The result. */
      readonly value: T;
    }
  | {
      readonly status: "rejected";
      /** The error, or whatever else was thrown. */
      readonly reason: unknown;
    };

// As the language has it: what is thrown may be anything, and nobody wants to be told each time.
// oxlint-disable-next-line typescript/no-explicit-any
type OnRejected<B> = ((reason: any) => B | PromiseLike<B>) | null;

/** Kept apart from the futures, since hardly any fails unseen. */
const unseen = new WeakMap<Future<unknown>, UnseenFailure>();

/**
 * A result set later by `setResult` or `setException`, or never, by `cancel`.
 *
 * Awaiting it inside a task passes a cancellation of that task on to it, as in Python.
 *
 * Differs from Python: `done` and `cancelled` are getters.
 */
export class Future<T> implements Promise<T> {
  #state: FutureState = "pending";
  #outcome: unknown = undefined;
  #observers: Observer | Observer[] | undefined = undefined;
  #seen = false;

  /** Whether it has a result or an error, or was cancelled. */
  get done(): boolean {
    return this.#state !== "pending";
  }

  /** Whether it ended by `cancel`, or its task by a CancelledError. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** "pending" until it is done, then what became of it. */
  get state(): FutureState {
    return this.#state;
  }

  /**
   * The result, or the error thrown.
   * @throws InvalidStateError while it is pending, CancelledError when it was cancelled
   */
  result(): T {
    requireDone(this, "has no result yet; await it");
    this.see();
    if (this.#state === "fulfilled") return this.#outcome as T;
    throw this.#outcome;
  }

  /**
   * The error, one that says so for a null that was thrown; null when there is none.
   * @throws InvalidStateError while it is pending, CancelledError when it was cancelled
   */
  exception(): unknown {
    requireDone(this, "is not done yet; await it");
    this.see();
    if (this.#state === "cancelled") throw this.#outcome;
    return this.#state === "rejected" ? asError(this.#outcome) : null;
  }

  /** @throws InvalidStateError when it is done */
  setResult(value: T): void {
    requirePending(this);
    this.settle("fulfilled", value);
  }

  /** @throws InvalidStateError when it is done */
  setException(error: unknown): void {
    requirePending(this);
    this.settle("rejected", error);
  }

  /** Cancels it; false when it is done. The message is that of the CancelledError. */
  cancel(message?: string): boolean {
    checkMessage(message);
    if (this.#state !== "pending") return false;
    this.settle("cancelled", new CancelledError(message ?? `${this.label} was cancelled`));
    return true;
  }

  /** Calls `callback` with this future soon after it is done, never at once. */
  addDoneCallback(callback: (future: this) => void): void {
    checkCallback(callback);
    this.see();
    this.watch(new DoneCallback(callback as (future: Future<unknown>) => void));
  }

  /** Takes `callback` away, however often it was added; returns how often. */
  removeDoneCallback(callback: (future: this) => void): number {
    checkCallback(callback);
    const before = this.#observers === undefined ? [] : [this.#observers].flat();
    const after = before.filter((one) => !(one instanceof DoneCallback && one.calls(callback)));
    this.#observers = after;
    return before.length - after.length;
  }

  /** What `await` calls: a cancellation of the task that awaits is passed on to this future. */
  // oxlint-disable-next-line unicorn/no-thenable -- a future is to be awaited
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: OnRejected<B>,
  ): Promise<A | B> {
    this.see();
    const waiting = Await.begin(this);
    if (waiting instanceof Error) return Promise.reject(waiting).then(onFulfilled, onRejected);
    const promise = new PromiseOfFuture<T>(waiting);
    this.watch(promise);
    return promise.promise.then(onFulfilled, onRejected);
  }

  /** `then` for the error alone. */
  catch<B = never>(onRejected?: OnRejected<B>): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  /** Calls `onFinally` when it is done, and goes on with its outcome. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.then((value) => value).finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }

  /**
   * Tells `observer` when the future is done, at once if it is. Its error counts as seen.
   * @internal
   */
  observe(observer: Observer): void {
    this.see();
    this.watch(observer);
  }

  /** @internal The same for those who will not look at the error. */
  watch(observer: Observer): void {
    if (this.#state !== "pending") observer.settled(this);
    else if (this.#observers === undefined) this.#observers = observer;
    else if (Array.isArray(this.#observers)) this.#observers.push(observer);
    else this.#observers = [this.#observers, observer];
  }

  /** @internal */
  unobserve(observer: Observer): void {
    if (this.#observers === observer) this.#observers = undefined;
    else if (Array.isArray(this.#observers))
      this.#observers = this.#observers.filter((one) => one !== observer);
  }

  /** @internal Somebody looks at the outcome, so nobody needs to report it. */
  see(): void {
    this.#seen = true;
    if (this.#state === "rejected") unseen.get(this)?.forget();
  }

  /** @internal */
  get seen(): boolean {
    return this.#seen;
  }

  /** @internal Everybody who waits for it. */
  get observers(): readonly Observer[] {
    return this.#observers === undefined ? [] : [this.#observers].flat();
  }

  /** @internal */
  settle(state: FutureState, outcome: unknown): void {
    this.#state = state;
    this.#outcome = outcome;
    const observers = this.#observers;
    this.#observers = undefined;
    if (Array.isArray(observers)) for (const observer of observers) observer.settled(this);
    else observers?.settled(this);
    if (state === "rejected" && !this.#seen)
      unseen.set(this, new UnseenFailure(this, this.label, outcome, this.home));
  }

  /** @internal What it ended with, as a value. */
  get outcome(): Settled<T> {
    return this.#state === "fulfilled"
      ? { status: "fulfilled", value: this.#outcome as T }
      : { status: "rejected", reason: this.#outcome };
  }

  /** @internal The value, error or CancelledError it ended with. */
  get reason(): unknown {
    return this.#outcome;
  }

  /** @internal It ended with a cancellation asked for that its code was never told. */
  get cancelIgnored(): boolean {
    return false;
  }

  /** @internal Kind and name, for messages. */
  get label(): string {
    return "Future";
  }

  /** @internal Who reports its failure. */
  protected get home(): Owner {
    return currentOwner();
  }

  toString(): string {
    return `<${this.label} ${this.state}>`;
  }
}

showByToString(Future);
futureStaysHere(Future, "Future");

// Functions and not private methods, which would cost every future a word of memory.

function requireDone(future: Future<unknown>, problem: string): void {
  if (!future.done) throw new InvalidStateError(`${future.label} ${problem}`);
}

function requirePending(future: Future<unknown>): void {
  if (future.done) throw new InvalidStateError(`${future.label} is ${future.state} already`);
}

/** The native promise of somebody who awaits a future. */
class PromiseOfFuture<T> implements Observer {
  readonly promise: Promise<T>;
  readonly awaiter: undefined = undefined;
  readonly #waiting: Await | undefined;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  constructor(waiting: Await | undefined) {
    this.#waiting = waiting;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settled(future: Future<unknown>): void {
    const outcome = future.outcome;
    if (outcome.status === "fulfilled") this.#resolve(outcome.value as T);
    else if (this.#waiting === undefined) this.#reject(outcome.reason);
    else this.#waiting.failBy(() => this.#reject(outcome.reason));
  }
}

/** What a cancellation says. @throws TypeError */
export function checkMessage(message: unknown): void {
  if (message !== undefined && typeof message !== "string")
    throw new TypeError(`the message must be a string, not ${shownKind(message)}`);
}
