/**
 * Flows: who is "I" in asynchronous code.
 *
 * A thread runs many chains of awaits at once. A re-entrant lock must know whether an acquire
 * comes from the chain that holds it or from a neighbour. A flow is such a chain with a scope: the
 * inside of a `run()`, a task, a thread's or process's target. Scopes only: a store that is merely
 * entered leaks into chains started later in the same tick, and two chains would then share one
 * lock unnoticed. Flow 0 is a thread outside any scope, where calls that block live.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage<number>();
let lastFlow = 0;

/** The flow of the code that asks; 0 outside every scope. */
export function currentFlow(): number {
  return storage.getStore() ?? 0;
}

/** A number that no other flow of this thread has. */
export function newFlow(): number {
  lastFlow = (lastFlow % 0x3fff_ffff) + 1;
  return lastFlow;
}

/** Runs `body` as a flow of its own. */
export function inNewFlow<R>(body: () => R): R {
  return storage.run(newFlow(), body);
}

/** Runs `body` inside the flow of the caller, which is made if there is none. */
export function inFlow<R>(body: () => R): R {
  return currentFlow() === 0 ? inNewFlow(body) : body();
}
