/** Protects something from the cancellation of whoever awaits it. */
import { ensureFuture, type Awaitable } from "./awaitable.ts";
import { callExceptionHandler } from "./exception-handler.ts";
import { Future } from "./future.ts";
import type { Observer } from "./observer.ts";

/**
 * Follows an awaitable, but does not pass a cancellation on: the awaiting task gets its
 * CancelledError, what is inside goes on. An error that comes afterwards goes to the exception
 * handler, since nobody waits for it any more.
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner: Future<T> = ensureFuture(awaitable);
  return inner.done ? inner : new Shield(inner);
}

class Shield<T> extends Future<T> implements Observer {
  readonly #inner: Future<T>;

  constructor(inner: Future<T>) {
    super();
    this.#inner = inner;
    inner.observe(this);
  }

  get awaiter(): Future<unknown> {
    return this;
  }

  settled(): void {
    const { state } = this.#inner;
    if (!this.done) this.settle(state, this.#inner.reason);
    else if (state === "rejected")
      callExceptionHandler({
        message: `${this.#inner.label} failed behind a shield, after its awaiter was cancelled`,
        exception: this.#inner.reason,
        name: this.#inner.label,
      });
  }

  override get label(): string {
    return `shield of ${this.#inner.label}`;
  }
}
