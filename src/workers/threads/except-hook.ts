/** What is done with an error that nobody catches in a thread, instead of printing it. */
import { inspect } from "node:util";
import { writeAll } from "../../core/descriptor-io.ts";
import { currentThreadIdentity } from "./thread-identity.ts";

/** What a hook is told of an error that nobody caught in a thread. */
export interface UncaughtInThread {
  /** What was thrown, an Error or not. */
  readonly error: unknown;
  /** The name of the thread. */
  readonly name: string;
  /** Node's number of the thread; null where it is not known. */
  readonly ident: number | null;
}

/** Takes the place of printing an error that nobody caught; see `setExceptHook`. */
export type ExceptHook = (uncaught: UncaughtInThread) => void;

let hook: ExceptHook | null = null;

export function exceptHook(): ExceptHook | null {
  return hook;
}

export function replaceExceptHook(next: ExceptHook | null): void {
  hook = next;
}

/** Prints an error under the name of its thread. */
export function printUncaught(name: string, error: unknown): void {
  writeAll(2, Buffer.from(`Exception in thread ${name}:\n${inspect(error)}\n`));
}

/** False when there is no hook. One that fails is printed, and so is what it was called for. */
export function callHook(uncaught: UncaughtInThread): boolean {
  if (hook === null) return false;
  try {
    hook(uncaught);
  } catch (error) {
    writeAll(2, Buffer.from(`Exception in the hook of setExceptHook:\n${inspect(error)}\n`));
    printUncaught(uncaught.name, uncaught.error);
  }
  return true;
}

/** In a thread that set a hook itself. */
export function callOwnHook(error: unknown): boolean {
  const { name, ident } = currentThreadIdentity();
  return callHook({ error, name, ident });
}
