/** Ctrl-C during a `run`: the first cancels the main task, the second gives up on it. */
import { isMainThread } from "node:worker_threads";
import { CancelledError } from "../errors.ts";
import type { Task } from "./task.ts";

export class Interrupt {
  /** Rejects at the second Ctrl-C. */
  readonly gaveUp: Promise<never>;
  #giveUp!: (reason: unknown) => void;
  readonly #task: Task<unknown>;
  #count = 0;
  readonly #onSignal = (): void => this.#signal();

  /** Listens unless the program has a handler of its own. */
  constructor(task: Task<unknown>) {
    this.#task = task;
    this.gaveUp = new Promise((_, reject) => (this.#giveUp = reject));
    this.gaveUp.catch(() => {});
    if (isMainThread && process.listenerCount("SIGINT") === 0) process.on("SIGINT", this.#onSignal);
  }

  /** Whether a cancellation of the main task came from here alone. */
  get happened(): boolean {
    return this.#count > 0 && this.#task.uncancel() === 0;
  }

  get error(): CancelledError {
    return new CancelledError("interrupted by SIGINT (Ctrl-C)");
  }

  stop(): void {
    process.off("SIGINT", this.#onSignal);
  }

  #signal(): void {
    if (++this.#count === 1 && this.#task.cancel("interrupted by SIGINT (Ctrl-C)")) return;
    this.#giveUp(this.error);
  }
}
