/** What the tasks of a random program share, and what must be true of it at any time. */
import assert from "node:assert/strict";
import {
  Barrier,
  Condition,
  currentTask,
  Lock,
  Queue,
  Semaphore,
  type Task,
} from "manyhands/asyncio";
import { CancelledError } from "manyhands/errors";
import { Queue as SharedQueue } from "manyhands/queue";
import { Lock as SharedLock } from "manyhands/threading";

const PERMITS = 2;

/** What is known of the cancellations of a task. */
interface Asked {
  /** Cancelled, and not yet told so. */
  untold: boolean;
  /** How often it was cancelled. */
  times: number;
}

export class World {
  readonly lock: Lock = new Lock();
  readonly other: Lock = new Lock();
  readonly semaphore: Semaphore = new Semaphore(PERMITS);
  readonly condition: Condition = new Condition();
  readonly barrier: Barrier = new Barrier(2);
  readonly queue: Queue<number> = new Queue<number>(2);
  /** Of the modules that threads share; their waits take part in cancellation too. */
  readonly sharedLock: SharedLock = new SharedLock();
  readonly sharedQueue: SharedQueue<number> = new SharedQueue<number>(2);
  readonly tasks: Task<unknown>[] = [];
  readonly put = new Set<number>();
  readonly got = new Set<number>();
  readonly #asked = new WeakMap<object, Asked>();
  #items = 0;
  #inside = { lock: 0, semaphore: 0, sharedLock: 0 };

  nextItem(): number {
    return ++this.#items;
  }

  asked(task: object | null): Asked {
    if (task === null) return { untold: false, times: 0 };
    let asked = this.#asked.get(task);
    if (asked === undefined) this.#asked.set(task, (asked = { untold: false, times: 0 }));
    return asked;
  }

  cancel(task: Task<unknown>): void {
    if (!task.cancel("by the program")) return;
    const asked = this.asked(task);
    asked.times++;
    asked.untold = true;
  }

  /** An await of the library: one that begins after a cancellation must fail with it. */
  async during<T>(what: string, begin: () => PromiseLike<T>): Promise<T> {
    const { untold } = this.asked(currentTask());
    const value = await this.around(begin);
    assert.ok(!untold, `${what} came back in a task that was cancelled before it began`);
    return value;
  }

  /** Something that may await, or not. */
  async around<T>(begin: () => PromiseLike<T>): Promise<T> {
    try {
      return await begin();
    } catch (error) {
      if (error instanceof CancelledError) this.asked(currentTask()).untold = false;
      throw error;
    }
  }

  async within<T>(kind: "lock" | "semaphore" | "sharedLock", body: () => Promise<T>): Promise<T> {
    const room = kind === "semaphore" ? PERMITS : 1;
    assert.ok(++this.#inside[kind] <= room, `more than ${room} inside the ${kind}`);
    try {
      return await body();
    } finally {
      this.#inside[kind]--;
    }
  }

  /** Everything has ended. */
  checkAtEnd(): void {
    for (const lock of [this.lock, this.other, this.condition, this.sharedLock])
      assert.deepEqual([lock.locked, lock.waiting], [false, 0], String(lock));
    assert.deepEqual([this.semaphore.value, this.semaphore.waiting], [PERMITS, 0]);
    assert.equal(this.barrier.waiting, 0);
    for (const task of this.tasks) assert.ok(task.done, `${task.name} is not done`);
    const left: number[] = [];
    for (const queue of [this.queue, this.sharedQueue])
      for (let next = queue.tryGet(); next !== undefined; next = queue.tryGet())
        left.push(next.value);
    const found = [...this.got, ...left].toSorted((a, b) => a - b);
    assert.deepEqual(
      found,
      [...this.put].toSorted((a, b) => a - b),
      "items put and items found",
    );
  }
}
