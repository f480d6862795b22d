/** A lock between the tasks of one thread. */
import { threadId } from "node:worker_threads";
import { NotOwnerError } from "../errors.ts";
import type { Future } from "./future.ts";
import { showByToString } from "../core/shown.ts";
import { Lockable, type LockOptions } from "./lockable.ts";
import { currentScope } from "./scope.ts";
import type { Task } from "./task.ts";
import type { Waiter } from "./waiter.ts";
import { lockStaysHere } from "./stays-here.ts";

/** Who holds a lock. */
export interface LockOwner {
  /** Of this process. */
  readonly pid: number;
  /** Node's number of this thread. */
  readonly threadId: number;
  /** The name of the task, or `main` outside of tasks. */
  readonly name: string;
}

/**
 * Mutual exclusion between tasks, first come first served, not re-entrant.
 *
 * Differs from the locks of `manyhands/threading`: for one event loop only, without blocking forms,
 * and much lighter. Any task may release it, as in Python.
 */
export class Lock extends Lockable {
  #holder: Task<unknown> | null | undefined = undefined;

  constructor(options?: LockOptions) {
    super("Lock", options);
  }

  /** Whether anybody holds it, the running task included. */
  get locked(): boolean {
    return this.#holder !== undefined;
  }

  /** Who holds the lock; null when it is free. */
  get owner(): LockOwner | null {
    if (this.#holder === undefined) return null;
    return { pid: process.pid, threadId, name: this.#holder?.name ?? "main" };
  }

  /** Takes it if it is free. */
  tryAcquire(): boolean {
    if (this.#holder !== undefined) return false;
    this.#holder = currentScope()?.task ?? null;
    return true;
  }

  /** @throws NotOwnerError when it is free */
  release(): void {
    if (this.#holder === undefined)
      throw new NotOwnerError(`${this.name} is not locked; release once for each acquire`);
    const next: Waiter<boolean> | undefined = this.passOn();
    this.#holder = next === undefined ? undefined : (next.scope?.task ?? null);
  }

  /** @internal The task that holds it, for the call graph. */
  get holder(): Future<unknown> | undefined {
    return this.#holder ?? undefined;
  }
}
showByToString(Lock);
lockStaysHere(Lock, "Lock");
