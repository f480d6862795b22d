/**
 * The tasks that no worker was offered: in the order of the policy, behind those that were offered
 * and taken back.
 *
 * Under a policy in order of arrival everything taken back is older than what the policy still has;
 * only what has a better priority goes before it.
 */
import type { ChosenPolicy } from "./policy.ts";
import type { Task } from "./task.ts";

const before = (a: Task, b: Task): boolean =>
  a.priority < b.priority || (a.priority === b.priority && a.sequence < b.sequence);

export class WaitingTasks {
  readonly #chosen: ChosenPolicy<Task>;
  /** Taken back, the first to go in front. */
  #returned: Task[] = [];
  #size = 0;
  /** The best priority among what came to the policy since it was empty. */
  #best = Infinity;

  constructor(chosen: ChosenPolicy<Task>) {
    this.#chosen = chosen;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether what is offered early may be what the policy would offer later. */
  get inOrderOfArrival(): boolean {
    return this.#chosen.ordered === "arrival";
  }

  /** @throws what a policy of the user's throws; then it does not wait */
  push(task: Task): void {
    this.#chosen.policy.push(task);
    this.#best = Math.min(this.#best, task.priority);
    this.#size++;
  }

  /** A task that was offered, and is to go before all others again. */
  giveBack(task: Task): void {
    task.phase = "waiting";
    this.#insert(task);
    this.#size++;
  }

  #insert(task: Task): void {
    let at = this.#returned.length;
    while (at > 0 && before(task, this.#returned[at - 1]!)) at--;
    this.#returned.splice(at, 0, task);
  }

  /** One that is to end otherwise; it is passed over when its turn comes. */
  leave(): void {
    this.#size--;
  }

  /** @throws what a policy of the user's throws: then drain it */
  pop(): Task | undefined {
    const back = this.#nextReturned();
    if (back === undefined) {
      const next = this.#fromPolicy();
      if (next !== undefined) this.#size--;
      return next;
    }
    this.#size--;
    const next = this.#mayPrecede(back) ? this.#fromPolicy() : undefined;
    if (next !== undefined && before(next, back)) return next;
    this.#returned.shift();
    if (next !== undefined) this.#insert(next);
    return back;
  }

  #mayPrecede(back: Task): boolean {
    return this.inOrderOfArrival && this.#best < back.priority;
  }

  #nextReturned(): Task | undefined {
    while (this.#returned.length > 0 && !isWaiting(this.#returned[0]!)) this.#returned.shift();
    return this.#returned[0];
  }

  #fromPolicy(): Task | undefined {
    const { policy, sliceMsOf } = this.#chosen;
    for (;;) {
      const task = policy.pop();
      if (task === undefined) this.#best = Infinity;
      if (task !== undefined && !isWaiting(task)) continue;
      if (task !== undefined) task.slice = Math.round((sliceMsOf(task) ?? 0) * 1000);
      return task;
    }
  }

  /** Takes out everything. */
  drain(): Task[] {
    const all = [...this.#returned, ...this.#chosen.drain()].filter(isWaiting);
    this.#returned = [];
    this.#size = 0;
    for (const task of all) {
      if (task.phase === "waiting") task.phase = "drained";
    }
    return all;
  }
}

function isWaiting({ phase }: Task): boolean {
  return phase === "waiting" || phase === "parked";
}
