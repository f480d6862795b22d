/** Scopes of time: a body that is cancelled when its time is over. */
import { checkTime, Fuse } from "../core/deadline.ts";
import { runInScope } from "../core/flow.ts";
import { showByToString } from "../core/shown.ts";
import { CancelledError, StateError, TimeoutError } from "../errors.ts";
import { Outside } from "./outside.ts";
import { currentScope, Scope } from "./scope.ts";
import { cancellationIn, Task } from "./task.ts";

/** What the body of `timeout` is given. */
export class Timeout {
  readonly #scope: Scope;
  readonly #outside: Outside;
  #when: number | null = null;
  #timeoutMs: number | null = null;
  #fuse: Fuse | undefined;
  #soon: NodeJS.Immediate | undefined;
  #reason: CancelledError | undefined;
  #over = false;

  private constructor(outer: Scope) {
    this.#scope = new Scope(outer.task, outer);
    this.#outside = new Outside(outer);
  }

  /** When the time is over, on the clock of `getRunningLoop().time()`; null for never. */
  get when(): number | null {
    return this.#when;
  }

  /** True once the time was over before the body. */
  get expired(): boolean {
    return this.#reason !== undefined;
  }

  /** Aborts when the time is over or the task is cancelled. */
  get signal(): AbortSignal {
    return this.#scope.signal;
  }

  /**
   * Sets the time anew, counted from now; null for no limit.
   * @throws RangeError for a negative or NaN time, StateError when the body has ended or the time
   * is over
   */
  reschedule(timeoutMs: number | null): void {
    if (timeoutMs !== null) checkTime(timeoutMs);
    if (this.#over) throw new StateError("the body of this timeout has ended");
    if (this.expired) throw new StateError("this timeout has expired already");
    this.#disarm();
    if (timeoutMs !== null) this.#scope.task.owner.handles.add(this);
    this.#timeoutMs = timeoutMs;
    this.#when = timeoutMs === null ? null : performance.now() + timeoutMs;
    if (timeoutMs === 0) this.#soon = setImmediate(() => this.#expire());
    else if (timeoutMs !== null)
      this.#fuse = new Fuse(
        timeoutMs,
        undefined,
        () => this.#expire(),
        () => {},
      );
  }

  /** @internal */
  static async run<T>(
    timeoutMs: number | null,
    body: (scope: Timeout) => PromiseLike<T> | T,
    outer: Scope,
  ): Promise<T> {
    const timeout = new Timeout(outer);
    const scope = timeout.#scope;
    timeout.reschedule(timeoutMs);
    try {
      // Awaited inside the scope: the body may hand back a future that is to be awaited there.
      return await runInScope(scope, async () => await body(timeout));
    } catch (error) {
      throw timeout.#errorFor(error);
    } finally {
      timeout.#over = true;
      timeout.#disarm();
      scope.close();
    }
  }

  toString(): string {
    const state = this.expired ? "expired" : this.#over ? "over" : "active";
    return `<Timeout ${state}>`;
  }

  #expire(): void {
    this.#reason = new CancelledError(this.#lateness);
    this.#scope.cancel(this.#reason);
  }

  /** At the edge of the scope, and only here, its own cancellation becomes a TimeoutError. */
  #errorFor(error: unknown): unknown {
    if (this.#reason === undefined) return error;
    const cancellation = cancellationIn(error);
    const late = new TimeoutError(this.#lateness, { cause: error });
    if (cancellation === undefined) {
      if (error instanceof Error && cancellationIn(error.cause ?? this.#reason) === this.#reason)
        Object.defineProperty(error, "cause", {
          value: new TimeoutError(late.message, { cause: this.#reason }),
          writable: true,
          configurable: true,
        });
      return error;
    }
    const fromOutside = this.#outside.takeCancellation();
    if (fromOutside === undefined) return late;
    return cancellation === this.#reason ? fromOutside : error;
  }

  get #lateness(): string {
    return `timed out: not done within the ${this.#timeoutMs} ms that were given`;
  }

  /** @internal The run that owns the task has ended. */
  cancel(): void {
    this.#disarm();
  }

  #disarm(): void {
    this.#scope.task.owner.handles.delete(this);
    this.#fuse?.cut();
    clearImmediate(this.#soon);
  }
}
showByToString(Timeout);

/**
 * Runs `body`, and cancels it when the time is over: it then fails with TimeoutError. The body may
 * catch its CancelledError, clean up, and even give a late result. A cancellation from outside
 * passes as it is. `null` sets no limit, until `reschedule`.
 *
 * Differs from Python: takes the body as a function, and works outside of a task too. Only awaits
 * inside the body are cancelled, not others that the task has open beside it.
 * @throws RangeError for a negative or NaN time
 */
export async function timeout<T>(
  timeoutMs: number | null,
  body: (scope: Timeout) => PromiseLike<T> | T,
): Promise<T> {
  if (timeoutMs !== null) checkTime(timeoutMs);
  if (typeof body !== "function") throw new TypeError("the body of a timeout must be a function");
  const outer = currentScope();
  if (outer !== undefined) return Timeout.run(timeoutMs, body, outer);
  const inTask = (): Promise<T> => Timeout.run(timeoutMs, body, currentScope()!);
  return new Task(inTask, { name: "timeout", eagerStart: true });
}
