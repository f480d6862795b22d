/**
 * An AbortSignal that notices when its reason is read.
 *
 * A cancellation shall be seen once. Awaits of this library take it and it is gone. A `fetch`, a
 * timer or a stream that was given the signal takes it too: it reads the reason, to fail with
 * it. A listener that only looks at the event leaves the cancellation for the next await.
 */
import type { CancelledError } from "../errors.ts";

export class Delivery {
  readonly #controller = new AbortController();
  readonly #onRead: (reason: CancelledError) => void;
  #reason: CancelledError | undefined;

  constructor(onRead: (reason: CancelledError) => void) {
    this.#onRead = onRead;
    const read = (): CancelledError | undefined => this.#read();
    Object.defineProperties(this.#controller.signal, {
      reason: { get: read, configurable: true },
      throwIfAborted: { value: () => this.#throwIfAborted(), configurable: true },
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  abort(reason: CancelledError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller.abort(reason);
  }

  #read(): CancelledError | undefined {
    if (this.#reason !== undefined) this.#onRead(this.#reason);
    return this.#reason;
  }

  #throwIfAborted(): void {
    const reason = this.#read();
    if (reason !== undefined) throw reason;
  }
}
