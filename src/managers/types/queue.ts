/** Queues in a manager's server: what `multiprocessing.Queue` does, for whoever has a proxy. */
import { naturalOrder } from "../../channels/queues/natural-order.ts";
import {
  isImmediate,
  maxSizeOf,
  type ShutdownOptions,
} from "../../channels/queues/queue-arguments.ts";
import type { SyncWait } from "../../core/deadline.ts";
import { QueueEmpty, QueueFull, QueueShutDown, StateError } from "../../errors.ts";
import { type Call, currentCall } from "../call.ts";
import { checkedWait, Line } from "./line.ts";

/** First in, first out. */
export class ManagedQueue<T = unknown> {
  readonly #maxSize: number;
  /** The next item is at the end. */
  #ready: T[] = [];
  /** Items that came later, the latest at the end. */
  #later: T[] = [];
  readonly #getters = new Line<T>();
  readonly #putters = new Line<void>();
  /** What those want to put who wait for room. */
  readonly #waiting = new Map<Call, T>();
  readonly #joiners = new Line<boolean>();
  #unfinished = 0;
  #shutDown = false;
  #dropsAll = false;

  /** @throws TypeError, RangeError for a size that is no whole number */
  constructor(maxSize = 0) {
    this.#maxSize = maxSizeOf(maxSize);
  }

  /** How many items are inside. */
  get size(): number {
    return this.#ready.length + this.#later.length;
  }

  /** Whether a get would have to wait. */
  get empty(): boolean {
    return this.size === 0;
  }

  /** Whether a put would have to wait. */
  get full(): boolean {
    return this.#maxSize > 0 && this.size >= this.#maxSize;
  }

  /** How many items it takes; 0 for no limit. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /** @throws QueueFull when the time ran out, QueueShutDown */
  put(item: T, wait?: SyncWait): void | Promise<void> {
    checkedWait(wait);
    if (!this.tryPut(item)) return this.#putLater(item, wait);
  }

  async #putLater(item: T, wait?: SyncWait): Promise<void> {
    const call = currentCall();
    this.#waiting.set(call, item);
    try {
      await this.#putters.wait(call, wait, () => {
        throw new QueueFull(`the queue is full (${this.size} of ${this.#maxSize}) and stayed so`);
      });
    } finally {
      this.#waiting.delete(call);
    }
  }

  /** Adds an item if that needs no waiting. @throws QueueShutDown */
  tryPut(item: T): boolean {
    if (this.#shutDown) throw new QueueShutDown("the queue is shut down; nothing can be put");
    if (this.full || this.#putters.length > 0) return false;
    this.#add(item);
    return true;
  }

  /** @throws QueueEmpty when the time ran out, QueueShutDown when it is shut down and empty */
  get(wait?: SyncWait): T | Promise<T> {
    checkedWait(wait);
    const next = this.tryGet();
    if (next !== undefined) return next.value;
    return this.#getters.wait(currentCall(), wait, () => {
      throw new QueueEmpty("the queue is empty and stayed so");
    });
  }

  /** Takes the next item if there is one. @throws QueueShutDown when it is shut down and empty */
  tryGet(): { value: T } | undefined {
    if (this.size === 0) {
      if (this.#shutDown) throw new QueueShutDown("the queue is shut down and empty");
      return undefined;
    }
    const value = this.take();
    this.#admit();
    return { value };
  }

  /** A client no longer waited for an item when it got this one: it is the next to be taken. */
  _giveBack(item: T): void {
    const getter = this.#getters.first;
    if (this.#dropsAll) this.#finish(1);
    else if (getter === undefined) this.restore(item);
    else getter.grant(item);
  }

  /** @throws StateError when said too often */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new StateError("taskDone was called more often than items were put");
    }
    this.#finish(1);
  }

  /** Waits until every item that was put is done; false when the time ran out. */
  join(wait?: SyncWait): boolean | Promise<boolean> {
    checkedWait(wait);
    if (this.#unfinished === 0) return true;
    return this.#joiners.wait(currentCall(), wait, () => false);
  }

  /** Ends it: puts fail from now on, gets when all was got. May be repeated. */
  shutdown(options?: ShutdownOptions): void {
    const immediate = isImmediate(options);
    this.#shutDown = true;
    if (immediate) {
      this.#dropsAll = true;
      const dropped = this.size;
      this.#ready = [];
      this.#later = [];
      this.#finish(dropped);
    }
    for (const turn of this.#putters.all) {
      turn.fail(new QueueShutDown("the queue was shut down before there was room"));
    }
    if (this.size > 0) return;
    for (const turn of this.#getters.all) {
      turn.fail(new QueueShutDown("the queue was shut down and is empty"));
    }
  }

  #add(item: T): void {
    this.#unfinished++;
    const getter = this.#getters.first;
    if (getter === undefined) this.store(item);
    else getter.grant(item);
  }

  /** Lets those in who wait with an item, as long as there is room. */
  #admit(): void {
    while (!this.full) {
      const putter = this.#putters.first;
      if (putter === undefined) return;
      this.#add(this.#waiting.get(putter.call) as T);
      putter.grant();
    }
  }

  #finish(count: number): void {
    this.#unfinished -= count;
    if (this.#unfinished > 0) return;
    for (const turn of this.#joiners.all) turn.grant(true);
  }

  /** Keeps an item; which is taken next is up to the kind of queue. */
  protected store(item: T): void {
    this.#later.push(item);
  }

  /** Keeps an item that was taken and is to be taken first again. */
  protected restore(item: T): void {
    this.#ready.push(item);
  }

  protected take(): T {
    if (this.#ready.length === 0) {
      this.#ready = this.#later.reverse();
      this.#later = [];
    }
    return this.#ready.pop()!;
  }

  /** The items in the order in which they are taken, the next at the end. */
  protected get ordered(): T[] {
    return this.#ready;
  }

  toString(): string {
    const limit = this.#maxSize > 0 ? ` of ${this.#maxSize}` : "";
    return `${this.constructor.name} (${this.size}${limit}${this.#shutDown ? ", shut down" : ""})`;
  }
}

/** Last in, first out. */
export class ManagedLifoQueue<T = unknown> extends ManagedQueue<T> {
  protected override store(item: T): void {
    this.ordered.push(item);
  }
}

/** Lowest first, equals in order of arrival. */
export class ManagedPriorityQueue<T = unknown> extends ManagedQueue<T> {
  protected override restore(item: T): void {
    this.store(item);
  }

  protected override store(item: T): void {
    const items = this.ordered;
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (naturalOrder(item, items[middle]) < 0) low = middle + 1;
      else high = middle;
    }
    items.splice(low, 0, item);
  }
}
