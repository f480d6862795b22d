/** A call whose result is a promise and nothing else: most are, and so cost no more than that. */
import type { Callable } from "../crew/callable.ts";
import { DroppableTask, type ErrorFor } from "./droppable-task.ts";
import type { WorkOptions } from "./options.ts";

export class PromisedCall extends DroppableTask {
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    callable: Callable,
    args: readonly unknown[],
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    { priority, cost }: WorkOptions,
  ) {
    super(callable, "call", args, priority, cost);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override succeed(value: unknown): void {
    this.#resolve(value);
  }

  override fail(error: unknown): void {
    this.#reject(error);
  }

  override dropped(errorFor: ErrorFor): void {
    this.#reject(errorFor(this.name));
  }
}
