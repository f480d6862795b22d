/**
 * Queues between the tasks of one thread.
 *
 * An item stays in the store until a getter goes on with it. Until then one is promised to each
 * getter that was granted a turn: it counts for `maxSize`, and nobody else takes it. A getter that
 * is cancelled before it went on passes the promise to the next. So what holds is: no more items
 * than `maxSize`, no more promises than items (except after an immediate shutdown), and getters
 * wait only while every item is promised. A putter keeps its item until there is room.
 */
import { isImmediate, type ShutdownOptions } from "../channels/queues/queue-arguments.ts";
import type { Wait } from "../core/deadline.ts";
import { shownKind } from "../core/options.ts";
import { QueueEmpty, QueueFull, QueueShutDown, StateError } from "../errors.ts";
import { Event } from "./event.ts";
import { Fifo } from "./fifo.ts";
import { showByToString } from "../core/shown.ts";
import { Lifo } from "./lifo.ts";
import { Line } from "./line.ts";
import { answered } from "./ready.ts";
import { takeCancellation } from "./scope.ts";
import type { Store } from "./store.ts";
import { limitsOf, Waiter, type Limits, type Place } from "./waiter.ts";
import { queueStaysHere } from "./stays-here.ts";

const NO_LIMITS: Limits = { timeoutMs: Infinity, signal: undefined };
const immediately = Promise.resolve();

const shutDownAndEmpty = (): QueueShutDown =>
  new QueueShutDown("the queue was shut down and is empty");

/**
 * First in, first out, between tasks.
 *
 * A promise cannot carry a promise: `get` of an item that is itself a promise gives what that
 * resolves to; `tryGet` gives it as it is.
 */
export class Queue<T> {
  readonly #store: Store<T>;
  readonly #maxSize: number;
  readonly #getters = new Line<T>();
  readonly #putters = new Line<void>();
  readonly #items = new Map<Waiter<void>, T>();
  readonly #finished = new Event();
  /** How many getters were granted a turn and did not take it yet. */
  #promised = 0;
  #unfinished = 0;
  #shutDown = false;
  readonly #gettersPlace: Place<T> = {
    leave: (waiter) => this.#getters.leave(waiter),
    giveBack: () => this.#passOn(),
    serve: (getter) => this.#serve(getter),
    describe: () => `${this.constructor.name}.get()`,
  };
  readonly #puttersPlace: Place<void> = {
    leave: (waiter) => {
      this.#putters.leave(waiter);
      this.#items.delete(waiter);
    },
    describe: () => `${this.constructor.name}.put()`,
  };

  /** @param maxSize zero or less for no limit @throws TypeError; RangeError for a fraction, NaN */
  constructor(maxSize = 0, store: Store<T> = new Fifo<T>()) {
    if (typeof maxSize !== "number")
      throw new TypeError(`maxSize must be a number, not ${shownKind(maxSize)}`);
    if (!Number.isInteger(maxSize) && Math.abs(maxSize) !== Infinity)
      throw new RangeError(`maxSize must be a whole number, not ${maxSize}`);
    if (typeof (store as Partial<Store<T>> | null)?.take !== "function")
      throw new TypeError(`a queue takes its size and nothing else, not ${shownKind(store)}`);
    this.#maxSize = maxSize;
    this.#store = store;
    this.#finished.set();
  }

  /** How many items it takes; zero or less for no limit. */
  get maxSize(): number {
    return this.#maxSize;
  }

  /** How many items are inside, with those that getters were woken for and did not take yet. */
  get size(): number {
    return this.#store.size;
  }

  /** Whether nothing is inside. */
  get empty(): boolean {
    return this.#store.size === 0;
  }

  /** Whether a put would have to wait. */
  get full(): boolean {
    return this.#maxSize > 0 && this.#store.size >= this.#maxSize;
  }

  /**
   * Adds an item, and waits for room where there is none.
   * @throws QueueFull when the time of `wait` is over, QueueShutDown after `shutdown`
   */
  put(item: T, wait?: Wait): Promise<void> {
    try {
      const limits = this.#begin(wait);
      if (this.tryPut(item)) return answered(immediately);
      const waiter = new Waiter<void>(this.#puttersPlace);
      this.#putters.join(waiter);
      this.#items.set(waiter, item);
      return waiter.limit(limits, () => waiter.fail(this.#fullError(limits))).promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Adds an item if there is room. @throws QueueShutDown after `shutdown` */
  tryPut(item: T): boolean {
    if (this.#shutDown) throw new QueueShutDown("the queue is shut down; nothing can be put");
    if (this.full) return false;
    this.#add(item);
    return true;
  }

  /**
   * Takes the next item, and waits for one where there is none.
   * @throws QueueEmpty when the time of `wait` is over, QueueShutDown when the queue is shut down
   * and drained
   */
  get(wait?: Wait): Promise<T> {
    try {
      const limits = this.#begin(wait);
      const next = this.tryGet();
      if (next !== undefined) return answered(Promise.resolve(next.value));
      const waiter = new Waiter<T>(this.#gettersPlace);
      this.#getters.join(waiter);
      return waiter.limit(limits, () => waiter.fail(this.#emptyError(limits))).promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes an item if there is one. @throws QueueShutDown when shut down and drained */
  tryGet(): { value: T } | undefined {
    if (this.#shutDown && this.empty) throw shutDownAndEmpty();
    return this.#store.size > this.#promised ? { value: this.#take() } : undefined;
  }

  /** Says that the work for one item got is done. @throws StateError when said too often */
  taskDone(): void {
    if (this.#unfinished === 0)
      throw new StateError("taskDone was called more often than items were put");
    if (--this.#unfinished === 0) this.#finished.set();
  }

  /** Waits until `taskDone` was called for every item; false when the time of `wait` is over. */
  join(wait?: Wait): Promise<boolean> {
    return wait === undefined ? this.#finished.wait() : this.#finished.wait(wait);
  }

  /**
   * Ends the queue: puts fail from now on, gets when all was got. `immediate` drops what is in it,
   * each item counting as done. May be repeated.
   */
  shutdown(options?: ShutdownOptions): void {
    const immediate = isImmediate(options);
    this.#shutDown = true;
    if (immediate) this.#drop();
    for (let next = this.#putters.next(); next !== undefined; next = this.#putters.next()) {
      this.#items.delete(next);
      next.fail(new QueueShutDown("the queue was shut down before there was room"));
    }
    this.#endGetters();
  }

  /** Items until the queue is shut down and drained. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDown) return;
        throw error;
      }
      yield item;
    }
  }

  toString(): string {
    const limit = this.#maxSize > 0 ? ` of ${this.#maxSize}` : "";
    return `<${this.constructor.name} ${this.size}${limit}${this.#shutDown ? ", shut down" : ""}>`;
  }

  #begin(wait: Wait | undefined): Limits {
    const limits = wait === undefined ? NO_LIMITS : limitsOf(wait);
    limits.signal?.throwIfAborted();
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    return limits;
  }

  #add(item: T): void {
    this.#store.add(item);
    this.#finished.clear();
    this.#unfinished++;
    this.#promise();
  }

  #promise(): void {
    const getter = this.#getters.next();
    if (getter === undefined) return;
    this.#promised++;
    getter.grant();
  }

  #serve(getter: Waiter<T>): void {
    this.#promised--;
    // It was dropped by an immediate shutdown.
    if (this.empty) return getter.fail(shutDownAndEmpty());
    try {
      getter.end(this.#take());
    } catch (error) {
      // Of the comparison.
      getter.fail(error);
      // The item is still there, and others may wait for one.
      if (this.#store.size > this.#promised) this.#promise();
    }
  }

  #passOn(): void {
    this.#promised--;
    if (!this.empty) this.#promise();
  }

  #take(): T {
    const item = this.#store.take();
    if (this.#shutDown) this.#endGetters();
    else this.#admit();
    return item;
  }

  #endGetters(): void {
    if (!this.empty) return;
    for (let next = this.#getters.next(); next !== undefined; next = this.#getters.next())
      next.fail(shutDownAndEmpty());
  }

  /** Lets those who wait with an item in, as long as there is room. */
  #admit(): void {
    while (!this.full) {
      const putter = this.#putters.next();
      if (putter === undefined) return;
      const item = this.#items.get(putter) as T;
      this.#items.delete(putter);
      try {
        this.#add(item);
      } catch (error) {
        // Of the comparison: it is the item that does not go in.
        putter.fail(error);
        continue;
      }
      putter.grant();
    }
  }

  #drop(): void {
    for (let left = this.#store.size; left > 0; left--) this.taskDone();
    this.#store.clear();
  }

  #fullError({ timeoutMs }: Limits): QueueFull {
    return new QueueFull(
      `the queue is full (${this.size} of ${this.#maxSize}) and stayed so for ${timeoutMs} ms`,
    );
  }

  #emptyError({ timeoutMs }: Limits): QueueEmpty {
    return new QueueEmpty(`the queue is empty and stayed so for ${timeoutMs} ms`);
  }
}
showByToString(Queue);
queueStaysHere(Queue, "Queue");

/** Last in, first out. */
export class LifoQueue<T> extends Queue<T> {
  constructor(maxSize = 0) {
    super(maxSize, new Lifo<T>());
  }
}
queueStaysHere(LifoQueue, "LifoQueue");
