/**
 * Flows: who is "I" in asynchronous code.
 *
 * A thread runs many chains of awaits at once. A re-entrant lock must know whether an acquire
 * comes from the chain that holds it or from a neighbour. A flow is such a chain with a scope: the
 * inside of a `run()`, a task, a thread's or process's target. Scopes only: a store that is merely
 * entered leaks into chains started later in the same tick, and two chains would then share one
 * lock unnoticed. Flow 0 is a thread outside any scope, where calls that block live.
 *
 * A flow may have a host, who can be told to stop; flows opened inside it keep it.
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

/** Somebody who can be cancelled: the waits of its flows end when it is. */
export interface Host {
  /** Aborts with the next cancellation that no wait has seen yet. */
  readonly waitSignal: AbortSignal;
}

/** What the code of a flow can ask for. */
export interface FlowScope {
  readonly flow: number;
  readonly host: Host | undefined;
}

const storage = new AsyncLocalStorage<FlowScope>();
let lastFlow = 0;

/** The flow of the code that asks; 0 outside every scope. */
export function currentFlow(): number {
  return storage.getStore()?.flow ?? 0;
}

/** Whom the code that asks runs for. */
export function currentHost(): Host | undefined {
  return storage.getStore()?.host;
}

/** A number that no other flow of this thread has. */
export function newFlow(): number {
  lastFlow = (lastFlow % 0x3fff_ffff) + 1;
  return lastFlow;
}

/** Runs `body` inside `scope`. */
export function runInScope<A extends unknown[], R>(
  scope: FlowScope,
  body: (...args: A) => R,
  ...args: A
): R {
  return storage.run(scope, body, ...args);
}

const noDestroy = { requireManualDestroy: true } as const;

/**
 * A place in the async context, remembered when it is made, in which a flow begins later. Costs a
 * third of any other way to carry a context.
 */
export class FlowStart extends AsyncResource {
  constructor(type: string) {
    super(type, noDestroy);
  }

  /**
   * Begins `body` inside `scope`. The scope is entered, not run: what is entered inside an
   * AsyncResource ends with it, so nothing leaks, and since Node 24 it costs half of a run.
   */
  begin<A>(scope: FlowScope, body: (argument: A) => void, argument: A): void {
    this.runInAsyncScope(enter, undefined, scope, body as (argument: unknown) => void, argument);
  }
}

function enter(scope: FlowScope, body: (argument: unknown) => void, argument: unknown): void {
  storage.enterWith(scope);
  body(argument);
}

/** Runs `body` as a flow of its own. */
export function inNewFlow<R>(body: () => R): R {
  return storage.run({ flow: newFlow(), host: currentHost() }, body);
}

const nobody: FlowScope = { flow: 0, host: undefined };

/**
 * Begins what goes on for others too, such as a loop that reads everybody's answers: it is nobody's
 * flow, and its waits do not end when the task of the caller, who was only the first, is cancelled.
 */
export function inBackground<R>(body: () => R): R {
  return currentHost() === undefined ? body() : storage.run(nobody, body);
}

/** Runs `body` inside the flow of the caller, which is made if there is none. */
export function inFlow<R>(body: () => R): R {
  return currentFlow() === 0 ? inNewFlow(body) : body();
}
