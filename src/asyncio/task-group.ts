/**
 * Task groups: tasks that cannot outlive the block that starts them.
 *
 * The group waits for its tasks at the end of its body. The first failure, in a task or in the
 * body, cancels the rest; what failed is thrown together. While it waits, a cancellation from
 * outside cancels the tasks and is passed on when they have ended.
 */
import { runInScope } from "../core/flow.ts";
import { CancelledError, StateError, TaskGroupError } from "../errors.ts";
import { createTask, type Awaitable } from "./awaitable.ts";
import type { Future } from "./future.ts";
import { showByToString } from "../core/shown.ts";
import type { Observer } from "./observer.ts";
import { Outside } from "./outside.ts";
import { currentScope, Scope, takeCancellation } from "./scope.ts";
import { cancellationIn, Task, type TaskOptions } from "./task.ts";
import { Waiter, type Place } from "./waiter.ts";
import { partStaysHere } from "./stays-here.ts";

/**
 * Tasks that cannot outlive the block that starts them: its end waits for all. The first that
 * fails, and the body that fails, cancel the others, and the errors come together in a
 * TaskGroupError. A task that is cancelled alone does not fail the group.
 */
export class TaskGroup implements Observer, Place<void> {
  /** What is cancelled when a task fails: the body, or with `await using` the code around it. */
  #scope: Scope | undefined = currentScope();
  readonly #tasks = new Set<Task<unknown>>();
  readonly #errors: unknown[] = [];
  #state: "open" | "aborting" | "closed" = "open";
  #reason: CancelledError | undefined;
  #end: Waiter<void> | undefined;

  /**
   * Runs `body` with a group, waits for the group's tasks, and gives the body's value; undefined
   * when the group was cancelled by its own `cancel`.
   * @throws TaskGroupError with every error of the tasks and of the body
   */
  static async run<T>(body: (group: TaskGroup) => PromiseLike<T> | T): Promise<T> {
    if (typeof body !== "function") throw new TypeError("the body of a group must be a function");
    const group = new TaskGroup();
    if (group.#scope !== undefined) return group.#run(body, group.#scope);
    const inTask = (): Promise<T> => group.#run(body, currentScope()!);
    return new Task(inTask, { name: "TaskGroup", eagerStart: true });
  }

  /**
   * Starts a task of the group.
   * @throws StateError when the group has ended or is shutting down
   */
  createTask<T>(coro: Awaitable<T>, options?: TaskOptions): Task<T> {
    if (this.#state === "closed")
      throw new StateError("the task group has ended; no task can be added");
    if (this.#state === "aborting")
      throw new StateError("the task group is shutting down; no task can be added");
    const task = createTask(coro, options);
    this.#tasks.add(task as Task<unknown>);
    task.observe(this);
    return task;
  }

  /** Cancels the tasks and the body; the group then ends without an error. May be repeated. */
  cancel(): void {
    if (this.#state === "closed") return;
    this.#abort("the task group was cancelled");
  }

  /** @internal */
  settled(future: Future<unknown>): void {
    this.#tasks.delete(future as Task<unknown>);
    if (future.state === "rejected") {
      this.#errors.push(future.reason);
      this.#abort(`${future.label}, of the same task group, has failed`);
    }
    if (this.#tasks.size === 0) this.#end?.grant();
  }

  /** @internal */
  get awaiter(): Future<unknown> | undefined {
    return this.#scope?.task;
  }

  /** @internal */
  leave(): void {}

  /** @internal */
  describe(): string {
    return `TaskGroup with ${this.#tasks.size} tasks`;
  }

  /**
   * Waits for the tasks. A group that is disposed of cannot see whether its body failed:
   * `TaskGroup.run` can, and then cancels the tasks.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    const cancellation = await this.#close();
    if (this.#reason !== undefined) this.#scope?.forgive(this.#reason);
    if (this.#errors.length > 0) throw this.#groupError(cancellation, this.#scope);
    if (cancellation !== undefined) throw cancellation;
  }

  toString(): string {
    return `<TaskGroup ${this.#state}, ${this.#tasks.size} tasks>`;
  }

  async #run<T>(body: (group: TaskGroup) => PromiseLike<T> | T, outer: Scope): Promise<T> {
    const scope = (this.#scope = new Scope(outer.task, outer));
    const outside = new Outside(outer);
    let value: T | undefined;
    let cancellation: CancelledError | undefined;
    try {
      value = await runInScope(scope, async () => await body(this));
    } catch (error) {
      cancellation = cancellationIn(error);
      if (cancellation === undefined) this.#errors.push(error);
      else if (cancellation === this.#reason) cancellation = outside.takeCancellation();
      this.#abort("the body of the task group has failed");
    }
    scope.close();
    cancellation = (await this.#close()) ?? cancellation;
    if (this.#errors.length > 0) throw this.#groupError(cancellation, outer);
    if (cancellation !== undefined) throw cancellation;
    return value as T;
  }

  /** Waits for the tasks; returns the cancellation that came from outside meanwhile. */
  async #close(): Promise<CancelledError | undefined> {
    let cancellation: CancelledError | undefined;
    while (this.#tasks.size > 0) {
      try {
        await this.#drained();
      } catch (error) {
        const reason = cancellationIn(error)!;
        if (reason !== this.#reason) cancellation = reason;
        this.#abort("the code around the task group was cancelled");
      }
    }
    this.#state = "closed";
    return cancellation;
  }

  async #drained(): Promise<void> {
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    this.#end = new Waiter<void>(this);
    return this.#end.promise;
  }

  #abort(why: string): void {
    if (this.#state !== "open") return;
    this.#state = "aborting";
    for (const task of this.#tasks) task.cancel(why);
    this.#reason = new CancelledError(why);
    this.#scope?.cancel(this.#reason);
  }

  /** Errors go before a cancellation, which then waits for the next await outside. */
  #groupError(cancellation: CancelledError | undefined, outer: Scope | undefined): Error {
    if (cancellation !== undefined) outer?.cancel(cancellation);
    const count = this.#errors.length === 1 ? "1 error" : `${this.#errors.length} errors`;
    const all = this.#errors.map(String).join("; ");
    return new TaskGroupError(this.#errors, `${count} in a task group: ${all}`);
  }
}
showByToString(TaskGroup);
partStaysHere(TaskGroup, "TaskGroup");
