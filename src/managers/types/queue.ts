/** Queues in a manager's server. */
import { LifoQueue, PriorityQueue, Queue } from "../../asyncio/queue.ts";
import { type SyncWait, timeAllowed } from "../../core/deadline.ts";
import { checkedMaxSize } from "./max-size.ts";
import { currentCall } from "../call.ts";

export interface ShutdownOptions {
  immediate?: boolean;
}

/** First in, first out. What `multiprocessing.Queue` does, for whoever has a proxy. */
export class ManagedQueue<T = unknown> {
  readonly #items: Queue<T>;

  constructor(maxSize = 0, items: Queue<T> = new Queue<T>(checkedMaxSize(maxSize))) {
    this.#items = items;
  }

  get size(): number {
    return this.#items.size;
  }

  get empty(): boolean {
    return this.#items.empty;
  }

  get full(): boolean {
    return this.#items.full;
  }

  get maxSize(): number {
    return Math.max(0, this.#items.maxSize);
  }

  /** @throws QueueFull when the time ran out, QueueShutDown */
  put(item: T, wait?: SyncWait): void | Promise<void> {
    timeAllowed(wait);
    if (this.#items.tryPut(item)) return undefined;
    return this.#items.put(item, { ...wait, signal: currentCall().signal });
  }

  tryPut(item: T): boolean {
    return this.#items.tryPut(item);
  }

  /** @throws QueueEmpty when the time ran out, QueueShutDown when it is shut down and empty */
  get(wait?: SyncWait): T | Promise<T> {
    timeAllowed(wait);
    const next = this.#items.tryGet();
    if (next !== undefined) return next.value;
    return this.#items.get({ ...wait, signal: currentCall().signal });
  }

  tryGet(): { value: T } | undefined {
    return this.#items.tryGet();
  }

  /** @throws StateError when said too often */
  taskDone(): void {
    this.#items.taskDone();
  }

  /** Waits until every item that was put is done; false when the time ran out. */
  join(wait?: SyncWait): Promise<boolean> {
    timeAllowed(wait);
    return this.#items.join({ ...wait, signal: currentCall().signal });
  }

  shutdown(options?: ShutdownOptions): void {
    this.#items.shutdown(options);
  }

  toString(): string {
    return String(this.#items);
  }
}

/** Last in, first out. */
export class ManagedLifoQueue<T = unknown> extends ManagedQueue<T> {
  constructor(maxSize = 0) {
    super(maxSize, new LifoQueue<T>(checkedMaxSize(maxSize)));
  }
}

/** Lowest first. */
export class ManagedPriorityQueue<T = unknown> extends ManagedQueue<T> {
  constructor(maxSize = 0) {
    super(maxSize, new PriorityQueue<T>(checkedMaxSize(maxSize)));
  }
}
