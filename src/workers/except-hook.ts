/** What is done with an error that nobody catches in a thread, instead of printing it. */
import { currentThreadIdentity } from "./thread-identity.ts";

export interface UncaughtInThread {
  readonly error: unknown;
  /** The name of the thread. */
  readonly name: string;
  readonly ident: number | null;
}

export type ExceptHook = (uncaught: UncaughtInThread) => void;

let hook: ExceptHook | null = null;

export function exceptHook(): ExceptHook | null {
  return hook;
}

export function replaceExceptHook(next: ExceptHook | null): void {
  hook = next;
}

/** In a thread that set a hook itself. */
export function callOwnHook(error: unknown): boolean {
  if (hook === null) return false;
  const { name, ident } = currentThreadIdentity();
  hook({ error, name, ident });
  return true;
}
