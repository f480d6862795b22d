/**
 * Who answers for tasks: a `run`, or, for tasks made outside of any, the thread itself.
 *
 * The owner knows its unfinished tasks, the awaits that finished tasks left behind, its timers,
 * and the failures that nobody has looked at.
 */
import type { TaskDebugger } from "./debug.ts";
import type { UnseenFailure } from "./failures.ts";
import { currentScope, type Scope } from "./scope.ts";
import { TaskList } from "./task-list.ts";

/** How long the end of a run waits in silence for tasks that do not answer. */
const STUBBORN_AFTER_MS = 3000;

export class Owner {
  /** Not done yet. */
  readonly tasks: TaskList = new TaskList();
  /** Scopes whose task is done, with awaits still open. */
  readonly strays: Set<Scope> = new Set();
  /** Timers, servers and connections, to be ended with the run. */
  readonly handles: Set<{ cancel(): void }> = new Set();
  readonly failures: Set<UnseenFailure> = new Set();
  readonly debug: TaskDebugger | undefined;

  constructor(debug?: TaskDebugger) {
    this.debug = debug;
  }

  /** Cancels everything that is left and waits until the tasks are done. */
  async finish(): Promise<void> {
    const warning = setTimeout(() => this.#warnOfStubborn(), STUBBORN_AFTER_MS).unref();
    while (!this.tasks.empty) {
      const left = this.tasks.toArray();
      this.#cancelTasks();
      await Promise.all(left.map((task) => task.ended()));
    }
    clearTimeout(warning);
    this.#cancelRest();
  }

  /** Cancels everything that is left, without waiting. */
  abandon(): void {
    this.#cancelTasks();
    this.#cancelRest();
  }

  #cancelTasks(): void {
    for (const task of this.tasks.toArray()) task.cancel("the run that owns this task has ended");
  }

  /** An await that nobody awaits could only reject into the void: it is forgotten instead. */
  #cancelRest(): void {
    for (const handle of this.handles) handle.cancel();
    for (const scope of this.strays) scope.drop();
  }

  #warnOfStubborn(): void {
    const names = this.tasks
      .toArray()
      .map((task) => task.name)
      .join(", ");
    process.emitWarning(
      `run is ending and waits for ${names}: cancelled, but not done. A plain promise cannot be ` +
        "interrupted: await cancellable(promise), or hand task.signal to what makes it",
      { type: "AsyncioWarning", code: "MANYHANDS_NOT_CANCELLED" },
    );
  }
}

/** The owner of what is started outside of every `run`. */
export const outside: Owner = new Owner();

/** The owner of what the code that asks starts. */
export function currentOwner(): Owner {
  return currentScope()?.task.owner ?? outside;
}
