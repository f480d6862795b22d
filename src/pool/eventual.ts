/** What `Future` and `AsyncResult` have in common: they can be awaited and shown. */
import { currentHost } from "../core/flow.ts";
import { showByToString } from "../core/shown.ts";
import type { Settlement } from "./settlement.ts";

// As the language has it: what is thrown may be anything, and nobody wants to be told each time.
// oxlint-disable-next-line typescript/no-explicit-any
type OnRejected<B> = ((reason: any) => B | PromiseLike<B>) | null;

/** What is behind a result; for this library's own use. */
export let settlementOf: <R>(eventual: Eventual<R>) => Settlement<R>;

/** The native promise of a result; a task that awaits it and is cancelled cancels it. */
export function promiseOf<R>(eventual: Eventual<R>): Promise<R> {
  const settlement = settlementOf(eventual);
  if (currentHost() === undefined) return settlement.promise();
  return settlement.promiseInTask(() => void eventual.cancel());
}

/** A result that is not there yet. */
export abstract class Eventual<R> implements PromiseLike<R> {
  readonly #settlement: Settlement<R>;

  /** @internal */
  constructor(settlement: Settlement<R>) {
    this.#settlement = settlement;
  }

  static {
    settlementOf = (eventual) => eventual.#settlement;
    showByToString(this);
  }

  /** Cancels it; false when that is too late. */
  abstract cancel(): boolean;

  /**
   * Makes it awaitable. Inside a task of `manyhands/asyncio`, a cancellation of the task that
   * awaits it passes on to it.
   */
  // oxlint-disable-next-line unicorn/no-thenable -- it is to be awaited
  then<A = R, B = never>(
    onFulfilled?: ((value: R) => A | PromiseLike<A>) | null,
    onRejected?: OnRejected<B>,
  ): Promise<A | B> {
    return promiseOf(this).then(onFulfilled, onRejected);
  }

  toString(): string {
    const { label, phase } = this.#settlement;
    return `${this.constructor.name}(${label}, ${phase === "noticed" ? "cancelled" : phase})`;
  }
}
