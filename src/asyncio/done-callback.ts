/** A callback on a future, called through the ready queue in the async context it was added in. */
import type { Future } from "./future.ts";
import { Handle } from "./handle.ts";
import type { Observer } from "./observer.ts";
import { whenReady } from "./ready.ts";

export class DoneCallback implements Observer {
  readonly awaiter: undefined = undefined;
  readonly #callback: (future: Future<unknown>) => void;
  readonly #handle: Handle;
  #future: Future<unknown> | undefined;

  constructor(callback: (future: Future<unknown>) => void) {
    this.#callback = callback;
    this.#handle = new Handle(() => callback(this.#future!));
  }

  calls(callback: unknown): boolean {
    return this.#callback === callback;
  }

  settled(future: Future<unknown>): void {
    this.#future = future;
    whenReady(this.#handle);
  }
}

/** @throws TypeError */
export function checkCallback(callback: unknown): void {
  if (typeof callback !== "function") throw new TypeError("a done callback must be a function");
}
