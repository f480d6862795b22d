/** One call of a function, and the result it settles. */
import type { Callable } from "../crew/callable.ts";
import type { Crew } from "../crew/crew.ts";
import { DroppableTask, type ErrorFor } from "./droppable-task.ts";
import type { WorkOptions } from "./options.ts";
import type { Settlement, Work } from "./settlement.ts";

export class CallTask extends DroppableTask implements Work {
  readonly crew: Crew;
  readonly #settlement: Settlement<unknown>;

  constructor(
    crew: Crew,
    callable: Callable,
    args: readonly unknown[],
    settlement: Settlement<unknown>,
    options: WorkOptions,
  ) {
    super(callable, "call", args, options.priority, options.cost);
    this.crew = crew;
    this.#settlement = settlement;
  }

  get started(): boolean {
    return this.crew.started(this);
  }

  withdraw(): boolean {
    return this.crew.withdraw(this);
  }

  interrupt(reason: unknown): void {
    this.crew.interrupt(this, reason);
  }

  override succeed(value: unknown): void {
    this.#settlement.settle("fulfilled", value);
  }

  override fail(error: unknown): void {
    this.#settlement.settle("rejected", error);
  }

  override dropped(errorFor: ErrorFor): void {
    this.#settlement.settle("cancelled", errorFor);
  }
}
