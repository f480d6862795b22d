/**
 * An await of a future inside a task.
 *
 * When the awaiting scope is cancelled the future is cancelled, and the awaiting code goes on with
 * whatever becomes of it: a CancelledError, or a late result when the awaited task would not stop.
 * A task that ended before it could be told passes its result on and the cancellation back, which
 * the next await of the awaiting code takes.
 */
import { StateError, type CancelledError } from "../errors.ts";
import type { Future } from "./future.ts";
import type { Observer } from "./observer.ts";
import { currentScope, type Scope } from "./scope.ts";
import { Suspension } from "./suspension.ts";

export class Await extends Suspension implements Observer {
  readonly #future: Future<unknown>;
  /** What was passed on to the future: from a limit of time and from outside, say. */
  #passedOn: CancelledError[] | undefined = undefined;
  /** Where what was passed on comes back to. */
  #landing: Scope | undefined = undefined;

  private constructor(future: Future<unknown>) {
    super();
    this.#future = future;
  }

  /**
   * Registers an await by the code that runs; returns it if there is something to wait for, or the
   * error to fail with instead.
   */
  static begin(future: Future<unknown>): Await | Error | undefined {
    const scope = currentScope();
    if (scope === undefined) return undefined;
    if ((scope.task as Future<unknown>) === future && !future.done)
      return new StateError(`${future.label} awaits itself, which would never end`);
    const reason = scope.takePending();
    if (future.done) return reason;
    if (reason !== undefined) future.cancel(reason.message);
    if (future.done) return undefined;
    const waiting = new Await(future);
    if (reason !== undefined) waiting.#passedOn = [reason];
    scope.add(waiting);
    future.observe(waiting);
    return waiting;
  }

  get awaiter(): Future<unknown> | undefined {
    return this.scope?.task;
  }

  settled(): void {
    const scope = this.scope;
    scope?.remove(this);
    if (this.#passedOn === undefined || scope === undefined) return;
    if (this.#future.cancelIgnored) {
      for (const reason of this.#passedOn) scope.restore(reason);
      return;
    }
    scope.task.noteDelivery(true);
    if (this.#future.cancelled) this.#landing = scope;
  }

  /** Lets the awaiting code go on by `reject`, after `settled`. */
  failBy(reject: () => void): void {
    if (this.#landing === undefined) reject();
    else this.#landing.land(reject);
  }

  cancel(reason: CancelledError): boolean {
    (this.#passedOn ??= []).push(reason);
    return this.#future.cancel(reason.message);
  }

  drop(): void {
    this.#future.unobserve(this);
    this.scope?.remove(this);
  }

  describe(): string {
    return this.#future.label;
  }
}
