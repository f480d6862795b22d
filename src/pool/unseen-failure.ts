/**
 * Failures that nobody looked at. Each is reported once: when its result is collected, or before
 * the process exits.
 */
import { inspect } from "node:util";

/** Outlives the result it belongs to. */
interface Failure {
  readonly label: string;
  error: unknown;
}

const unseen = new Set<Failure>();
const failures = new WeakMap<WeakKey, Failure>();
const collected = new FinalizationRegistry<Failure>(report);
let armed = false;

/** Keeps in mind that `result` failed. */
export function noteFailure(result: WeakKey, label: string, error: unknown): void {
  const failure: Failure = { label, error };
  unseen.add(failure);
  failures.set(result, failure);
  collected.register(result, failure);
  if (armed) return;
  armed = true;
  process.once("beforeExit", () => {
    armed = false;
    for (const failure of unseen) report(failure);
  });
}

/** Somebody looked. */
export function forgetFailure(result: WeakKey): void {
  const failure = failures.get(result);
  if (failure !== undefined) forget(failure);
}

function forget(failure: Failure): void {
  unseen.delete(failure);
  // It is kept as long as the result; an error that leads to that would keep both.
  failure.error = undefined;
}

function report(failure: Failure): void {
  if (!unseen.has(failure)) return;
  const { label, error } = failure;
  forget(failure);
  warn(`${label} failed, and nobody awaited it, asked for its error or gave a callback`, error);
}

/** Reports an error that reaches nobody. */
export function warn(message: string, error: unknown): void {
  const [what, detail] =
    error instanceof Error ? [String(error), error.stack] : [inspect(error), undefined];
  process.emitWarning(`${message}: ${what}`, {
    type: "UnobservedErrorWarning",
    code: "MANYHANDS_UNOBSERVED_ERROR",
    ...(detail === undefined ? {} : { detail }),
  });
}
