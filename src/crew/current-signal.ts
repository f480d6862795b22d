/**
 * The signal of the task that a worker runs. It is made when it is first asked for, and it is live
 * in synchronous code too: asking for `aborted` looks whether the crew wants the task to stop.
 */

const never: AbortSignal = new AbortController().signal;
/** What Node says of a signal, past the property that a live one has in its place. */
const isAborted = (signal: AbortSignal): boolean =>
  Reflect.get(AbortSignal.prototype, "aborted", signal);

/** How a task learns that it is to stop. */
export interface StopRequest {
  readonly isMade: boolean;
  reason(): unknown;
  /** Calls back in the event loop; answers what ends that. */
  whenMade(callback: () => void): () => void;
}

let request: StopRequest | null = null;
let current: AbortSignal | null = null;
let endWatch: (() => void) | null = null;

/**
 * The signal of the task that this worker runs: it aborts when the task is cancelled, runs out of
 * time, or its caller's own signal aborts. Outside a task, a signal that never aborts.
 *
 * @example
 * ```ts
 * function search(until: number): number {
 *   const signal = currentSignal();
 *   let found = 0;
 *   while (found < until && !signal.aborted) found++;
 *   return found;
 * }
 * ```
 */
export function currentSignal(): AbortSignal {
  if (request === null) return never;
  return (current ??= liveSignal(request));
}

/** A task begins, or, with null, has ended. */
export function setStopRequest(next: StopRequest | null): void {
  endWatch?.();
  endWatch = null;
  current = null;
  request = next;
}

function liveSignal(stop: StopRequest): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  const look = (): void => {
    const aborted = isAborted(signal);
    // Later tasks have requests of their own under the same words.
    if (!aborted && request === stop && stop.isMade) controller.abort(stop.reason());
  };
  Object.defineProperty(signal, "aborted", {
    get(): boolean {
      look();
      return isAborted(signal);
    },
  });
  Object.defineProperty(signal, "throwIfAborted", {
    value(): void {
      look();
      AbortSignal.prototype.throwIfAborted.call(signal);
    },
  });
  endWatch = stop.whenMade(look);
  return signal;
}
