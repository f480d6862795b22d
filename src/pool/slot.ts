/** The place of some items in a stream, from when they are sent until their results are taken. */
import type { Callable } from "../crew/callable.ts";
import type { Crew } from "../crew/crew.ts";
import type { EachResult, Mode } from "../crew/task.ts";
import { DroppableTask, type ErrorFor } from "./droppable-task.ts";
import type { WorkOptions } from "./options.ts";
import { eachInTheWhole, inTheWhole } from "./whole-path.ts";

export interface Slot {
  /** How many items it has. */
  readonly length: number;
  readonly ended: boolean;
  /** The value of an item. @throws its error */
  valueAt(index: number): unknown;
  /** Takes back what has not begun; nobody asks for its values any more. */
  drop(): void;
  /** Stops it, whether it has begun or not. */
  stop(reason: unknown): void;
}

/** Items that are sent together, and how many came before them. */
export interface Items {
  readonly items: readonly unknown[];
  readonly start: number;
}

/** Sends items to be worked on; `ended` is called once, later. @throws what is refused */
export type Launch = (chunk: Items, ended: (slot: Slot) => void) => Slot;

/** What is the same for all the slots of a stream. */
export interface SlotRequest {
  readonly crew: Crew;
  readonly callable: Callable;
  readonly mode: Mode;
  readonly options: WorkOptions;
}

export class SlotTask extends DroppableTask implements Slot {
  readonly length: number;
  readonly #crew: Crew;
  readonly #start: number;
  #onEnd: ((slot: Slot) => void) | undefined;
  #result: EachResult | undefined;
  #failure: unknown;

  constructor(request: SlotRequest, { items, start }: Items, ended: (slot: Slot) => void) {
    const { crew, callable, mode, options } = request;
    super(callable, mode, items, options.priority, options.cost);
    this.length = items.length;
    this.#crew = crew;
    this.#start = start;
    this.#onEnd = ended;
  }

  get ended(): boolean {
    return this.#onEnd === undefined;
  }

  valueAt(index: number): unknown {
    if (this.#result === undefined) throw this.#failure;
    const { values, failures } = this.#result;
    if (failures?.has(index) === true) throw failures.get(index);
    return values[index];
  }

  override refusal(error: unknown): unknown {
    return inTheWhole(error, this.#start);
  }

  override succeed(value: unknown): void {
    this.#result = eachInTheWhole(value as EachResult, this.#start);
    this.#end();
  }

  override fail(error: unknown): void {
    this.#failure = inTheWhole(error, this.#start);
    this.#end();
  }

  override dropped(errorFor: ErrorFor): void {
    this.fail(errorFor(this.name));
  }

  drop(): void {
    if (!this.ended && this.#crew.withdraw(this)) this.#end();
  }

  stop(reason: unknown): void {
    if (!this.ended) this.#crew.interrupt(this, reason);
  }

  #end(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(this);
  }
}

/** Items that were refused when they were to be sent. */
export class RefusedSlot implements Slot {
  readonly length: number;
  readonly ended = true;
  readonly #error: unknown;

  constructor(length: number, error: unknown) {
    this.length = length;
    this.#error = error;
  }

  valueAt(): never {
    throw this.#error;
  }

  drop(): void {}
  stop(): void {}
}
