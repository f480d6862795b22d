/**
 * A policy of the user's own, watched: whatever it does, each task that it was given comes out
 * exactly once, by `pop` or by `drain`.
 *
 * `held` are the tasks that it owes us. When it breaks its contract (it throws, gives a task that
 * it does not have, or none although it has some), `pop` throws; whoever called drains what is held
 * and fails it. What was drained may still come out of the user's object later: it is skipped then,
 * once each.
 */
import { StateError } from "../../errors.ts";
import type { Policy } from "../policy.ts";

export class Custom<T extends object> implements Policy<T> {
  readonly #policy: Policy<T>;
  readonly #held = new Set<T>();
  /** Failed already, and perhaps still in the user's object. */
  readonly #drained = new WeakSet<T>();

  constructor(policy: Policy<T>) {
    this.#policy = policy;
  }

  get size(): number {
    return this.#held.size;
  }

  /** @throws StateError when the user's `push` throws; the task is not held then */
  push(task: T): void {
    try {
      this.#policy.push(task);
    } catch (error) {
      this.#drained.add(task);
      throw new StateError(`push() of the schedule threw ${textOf(error)}`, { cause: error });
    }
    this.#drained.delete(task);
    this.#held.add(task);
  }

  /** @throws StateError when the user's `pop` throws, or gives what it must not */
  pop(): T | undefined {
    while (this.#held.size > 0) {
      const task = this.#popTheirs();
      if (this.#held.delete(task)) return task;
      if (!this.#drained.delete(task)) {
        throw new StateError(
          "pop() of the schedule gave something that is not one of its tasks: each task that was " +
            "pushed may come out once",
        );
      }
    }
    return undefined;
  }

  /** Takes out all that is held, in order of arrival. */
  drain(): T[] {
    const tasks = [...this.#held];
    for (const task of tasks) this.#drained.add(task);
    this.#held.clear();
    return tasks;
  }

  #popTheirs(): T {
    let task: T | undefined;
    try {
      task = this.#policy.pop();
    } catch (error) {
      throw new StateError(`pop() of the schedule threw ${textOf(error)}`, { cause: error });
    }
    if (typeof task === "object" && task !== null) return task;
    throw new StateError(
      `pop() of the schedule gave ${textOf(task)} although ${this.#held.size} tasks were pushed ` +
        "and have not come out; a schedule must give a task as long as it has one",
    );
  }
}

/** Never throws, whatever the value does when it is turned into text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "something that has no text";
  }
}
