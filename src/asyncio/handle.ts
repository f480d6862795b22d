/** A callback that the loop will call, unless it is cancelled before. */
import { AsyncResource } from "node:async_hooks";
import { showByToString } from "../core/shown.ts";
import { callExceptionHandler } from "./exception-handler.ts";
import type { Turn } from "./ready.ts";
import { partStaysHere } from "./stays-here.ts";

/** A callback that the loop will call, and the way to prevent it. */
export class Handle implements Turn {
  #context: AsyncResource | undefined = new AsyncResource("MANYHANDS_HANDLE", {
    requireManualDestroy: true,
  });
  #callback: (() => void) | undefined;

  constructor(callback: () => void) {
    this.#callback = callback;
  }

  /** Whether it was cancelled before it was called. */
  get cancelled(): boolean {
    return this.#callback === undefined && this.#context !== undefined;
  }

  /** The callback will not be called. */
  cancel(): void {
    this.#callback = undefined;
  }

  /** @internal Calls the callback; its error goes to the exception handler. */
  takeTurn(): void {
    const callback = this.#callback;
    if (callback === undefined) return;
    const context = this.#context!;
    this.#callback = this.#context = undefined;
    try {
      context.runInAsyncScope(callback);
    } catch (exception) {
      callExceptionHandler({ message: "A callback failed", exception });
    }
  }

  toString(): string {
    const state = this.#context === undefined ? "called" : this.cancelled ? "cancelled" : "waiting";
    return `<${this.constructor.name} ${state}>`;
  }
}
showByToString(Handle);
partStaysHere(Handle, "Handle");
