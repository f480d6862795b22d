/**
 * Failures that nobody looked at. Each is reported once: when the future is collected, when its
 * `run` ends, or, outside of a `run`, before the process exits.
 */
import { callExceptionHandler } from "./exception-handler.ts";
import { outside, type Owner } from "./owner.ts";

/** Outlives the future it belongs to. */
export class UnseenFailure {
  readonly #name: string;
  readonly #error: unknown;
  readonly #owner: Owner;

  constructor(future: WeakKey, name: string, error: unknown, owner: Owner) {
    this.#name = name;
    this.#error = error;
    this.#owner = owner;
    owner.failures.add(this);
    collected.register(future, this);
    if (owner === outside && !armed) process.once("beforeExit", reportOutside);
    if (owner === outside) armed = true;
  }

  /** Somebody looked, or it was reported. */
  forget(): void {
    this.#owner.failures.delete(this);
  }

  report(): void {
    if (!this.#owner.failures.delete(this)) return;
    callExceptionHandler({
      message: `${this.#name} failed and nobody awaited it or asked for its error`,
      exception: this.#error,
      name: this.#name,
    });
  }
}

const collected = new FinalizationRegistry<UnseenFailure>((failure) => failure.report());

let armed = false;

function reportOutside(): void {
  armed = false;
  reportFailures(outside);
}

/** Reports everything that nobody has looked at so far. */
export function reportFailures(owner: Owner): void {
  for (const failure of owner.failures) failure.report();
}
