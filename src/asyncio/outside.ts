/**
 * What came over the code around a timeout or a task group while its body ran.
 *
 * One cancellation is thrown into a body for all that come in one turn (`scope.ts`), so that what
 * leaves it may be the own one of the timeout or group although its surroundings were cancelled
 * too. Python tells the two apart by the count of `cancelling()`.
 */
import type { CancelledError } from "../errors.ts";
import type { Scope } from "./scope.ts";

export class Outside {
  readonly #scope: Scope;
  readonly #cancelling: number;
  readonly #cancelledBy: CancelledError | undefined;

  /** @param scope the one around the body, which has not begun */
  constructor(scope: Scope) {
    this.#scope = scope;
    this.#cancelling = scope.task.cancelling;
    this.#cancelledBy = scope.cancelledBy;
  }

  /** The cancellation from outside since then, which counts as seen now. */
  takeCancellation(): CancelledError | undefined {
    const { task, cancelledBy } = this.#scope;
    if (task.cancelling <= this.#cancelling && cancelledBy === this.#cancelledBy) return undefined;
    return this.#scope.takePending() ?? cancelledBy;
  }
}
