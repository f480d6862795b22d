const never: AbortSignal = new AbortController().signal;
let current: AbortSignal = never;

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
  return current;
}

/** Sets the signal of the task that begins; null when it ended. */
export function setCurrentSignal(signal: AbortSignal | null): void {
  current = signal ?? never;
}
