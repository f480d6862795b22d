/** A call whose promise waits for the server's answer. */
import { givenSignal, onAbort, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";
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

export interface Abortable {
  /** As they are to be sent: without the signal, which means something only here. */
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  /** Whether the method is to be given a signal. */
  readonly given: boolean;
}

/**
 * Which argument of each method are the options of its wait. Null for types of the users': there
 * what comes last is taken for them when it has an AbortSignal.
 */
export type Waits = ReadonlyMap<string, number> | null;

/**
 * Finds the signal of a call: that of its options, and that of the task that it is made in.
 * @throws TypeError, RangeError for bad options of what is known to be a wait
 */
export function abortable(args: readonly unknown[], method: string, waits: Waits): Abortable {
  const place = waits === null ? args.length - 1 : waits.get(method);
  const options = place === undefined ? undefined : args[place];
  const wait = waits === null ? withSignal(options) : checked(options as Wait | undefined);
  if (wait?.signal === undefined) return plain(args);
  const { signal, ...rest } = wait;
  return { args: [...args.slice(0, place), rest], signal: signalOf({ signal }), given: true };
}

/** A call that is given no signal: only that of the task that it is made in ends it. */
export const plain = (args: readonly unknown[]): Abortable => ({
  args,
  signal: signalOf(undefined),
  given: false,
});

/** The same for a call that blocks its thread, which no signal ends. */
export const unabortable = (
  args: readonly unknown[],
  method: string,
  waits: Waits,
): readonly unknown[] => (waits === null ? args : abortable(args, method, waits).args);

function withSignal(last: unknown): Wait | undefined {
  if (typeof last !== "object" || last === null || !("signal" in last)) return undefined;
  return last.signal instanceof AbortSignal ? (last as Wait) : undefined;
}

function checked(wait: Wait | undefined): Wait | undefined {
  timeAllowed(wait);
  givenSignal(wait);
  return wait;
}
