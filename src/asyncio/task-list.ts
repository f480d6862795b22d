/** Tasks under way, linked to one another: joining and leaving cost next to nothing. */
import type { Task } from "./task.ts";

export class TaskList {
  #last: Task<unknown> | undefined;

  get empty(): boolean {
    return this.#last === undefined;
  }

  add(task: Task<unknown>): void {
    const before = this.#last;
    task.before = before;
    if (before !== undefined) before.after = task;
    this.#last = task;
  }

  remove(task: Task<unknown>): void {
    const { before, after } = task;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    else this.#last = before;
    task.before = task.after = undefined;
  }

  /** Oldest first. */
  toArray(): Task<unknown>[] {
    const tasks: Task<unknown>[] = [];
    for (let task = this.#last; task !== undefined; task = task.before) tasks.push(task);
    return tasks.reverse();
  }
}
