/** A call whose promise waits for the server's answer. */
import { givenSignal, onAbort, signalOf } from "../core/deadline.ts";
import type { Reply } from "./protocol.ts";

/**
 * Ends with the server's answer, also when it is aborted: only the server knows whether a lock was
 * taken or an item given before the abort reached it. It answers an abort at once.
 */
export class AwaitedCall {
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #stopListening: (() => void) | undefined;

  constructor(
    signal: AbortSignal | undefined,
    resolve: (reply: Reply) => void,
    reject: (reason: unknown) => void,
    cancel: () => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stopListening = signal === undefined ? undefined : onAbort(signal, cancel);
  }

  answered(reply: Reply): void {
    this.#stopListening?.();
    this.#resolve(reply);
  }

  /** There will be no answer. */
  fail(reason: unknown): void {
    this.#stopListening?.();
    this.#reject(reason);
  }
}

interface Abortable {
  /** As they are to be sent: without the signal, which means something only here. */
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  /** Whether the method is to be given a signal. */
  readonly given: boolean;
}

/** Finds the signal of a call: that of its options, and that of the task that it is made in. */
export function abortable(args: readonly unknown[]): Abortable {
  const last = args.at(-1);
  if (typeof last !== "object" || last === null || !("signal" in last)) {
    return { args, signal: signalOf(undefined), given: false };
  }
  if (!(last.signal instanceof AbortSignal || last.signal === undefined)) {
    return { args, signal: signalOf(undefined), given: false };
  }
  const { signal, ...rest } = last;
  const own = givenSignal({ signal } as { signal: AbortSignal });
  return {
    args: [...args.slice(0, -1), rest],
    signal: signalOf(own === undefined ? undefined : { signal: own }),
    given: own !== undefined,
  };
}
