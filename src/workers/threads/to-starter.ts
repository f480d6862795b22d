/**
 * Errors that nobody caught in threads below this one, on their way to the hook of a thread above.
 *
 * A hook is of the thread that set it, and gets the errors of the threads below. One that has none
 * passes what it hears of on to its starter, if somebody there has a hook.
 */
import { callHook, exceptHook, printUncaught, type UncaughtInThread } from "./except-hook.ts";

interface Starter {
  /** Whether it wants to hear of errors. */
  readonly wants: () => boolean;
  readonly tell: (uncaught: UncaughtInThread) => void;
}

let starter: Starter | null = null;

/** To be called in a thread, once. */
export function setStarter(mine: Starter): void {
  starter = mine;
}

/** Whether a thread started now is to hand its errors over instead of printing them. */
export function errorsAreWanted(): boolean {
  return exceptHook() !== null || starter?.wants() === true;
}

/** Hands an error to the hook, here or above; prints it when there is none any more. */
export function handOver(uncaught: UncaughtInThread): void {
  if (callHook(uncaught)) return;
  if (starter?.wants() === true) starter.tell(uncaught);
  else printUncaught(uncaught.name, uncaught.error);
}
