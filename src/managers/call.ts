/** A call that a client made of an object in the server, as the object's methods see it. */
import { CancelledError, StateError } from "../errors.ts";
import type { Client } from "./client.ts";

export class Call {
  readonly client: Client;
  /** The flow of asynchronous code that made it; 0 outside all flows. */
  readonly flow: number;
  /** Whether its thread is blocked for it. */
  readonly blocking: boolean;
  #controller: AbortController | undefined;
  #aborted = false;

  constructor(client: Client, flow: number, blocking: boolean) {
    this.client = client;
    this.flow = flow;
    this.blocking = blocking;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  /** Aborts when the client no longer wants the answer, or is gone. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted) this.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#aborted = true;
    this.#controller?.abort(new CancelledError("the caller no longer waits for this"));
  }
}

let current: Call | undefined;

/** Runs a method as a part of `call`; only its part up to the first await can ask for it. */
export function during<R>(call: Call, body: () => R): R {
  const outer = current;
  current = call;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The call that is being carried out. */
export function currentCall(): Call {
  if (current === undefined) throw new StateError("this object works in a manager's server only");
  return current;
}
