/**
 * Failures that nobody looked at. Each is reported once: when the future is collected, when its
 * `run` ends, or, outside of a `run`, before the process exits.
 */
import { callExceptionHandler } from "./exception-handler.ts";
import { outside, type Owner } from "./owner.ts";

/** Outlives the future it belongs to. */
export class UnseenFailure {
  readonly #name: string;
  #error: unknown;
  readonly #owner: Owner;

  constructor(future: WeakKey, name: string, error: unknown, owner: Owner) {
    this.#name = name;
    this.#error = error;
    tellFrames(error);
    this.#owner = owner;
    owner.failures.add(this);
    collected.register(future, this);
    if (owner === outside && !armed) process.once("beforeExit", reportOutside);
    if (owner === outside) armed = true;
  }

  /** Somebody looked. */
  forget(): void {
    this.#owner.failures.delete(this);
    // This is kept as long as the future; an error that leads to it would keep both.
    this.#error = undefined;
  }

  report(): void {
    if (!this.#owner.failures.has(this)) return;
    const exception = this.#error;
    this.forget();
    callExceptionHandler({
      message: `${this.#name} failed and nobody awaited it or asked for its error`,
      exception,
      name: this.#name,
    });
  }
}

/**
 * Has the stack of an error written out. Until then it keeps all that its frames were called on,
 * the task that it comes from among them, which would never be collected.
 */
function tellFrames(error: unknown): void {
  if (!(error instanceof Error)) return;
  try {
    Reflect.get(error, "stack");
  } catch {
    // The program's own `prepareStackTrace`, or a getter of the error's, failed.
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
