/** The queue between tasks that gives the lowest item first. */
import { kindOf, noOrder, totalOrder } from "../channels/queues/natural-order.ts";
import { areOptions, shownKind } from "../core/options.ts";
import { Heap, type Compare } from "./heap.ts";
import { Queue } from "./queue.ts";
import { queueStaysHere } from "./stays-here.ts";

/** The limit and the order of a queue that gives its lowest item first. */
export interface PriorityQueueOptions<T> {
  /** How many items it takes; no limit when absent, zero or less. */
  maxSize?: number;
  /** Negative when its first argument is to come first; by value when absent. */
  compare?: Compare<T>;
}

/**
 * Lowest first, equals in order of arrival. Arrays compare element by element: `[1, job]`. Without
 * `compare` the items are numbers, strings, dates, or arrays that begin with one: all of one kind.
 */
export class PriorityQueue<T> extends Queue<T> {
  readonly #hasRule: boolean;
  /** Of the items that are in it. */
  #kind = 0;

  constructor(options: number | PriorityQueueOptions<T> = 0) {
    if (typeof options !== "number" && !areOptions(options))
      throw new TypeError(
        `a priority queue takes a size or { maxSize, compare }, not ${shownKind(options)}`,
      );
    const { maxSize = 0, compare } = typeof options === "number" ? { maxSize: options } : options;
    if (compare !== undefined && typeof compare !== "function")
      throw new TypeError("compare must be a function of two items");
    super(maxSize, new Heap<T>(compare ?? totalOrder));
    this.#hasRule = compare !== undefined;
  }

  /** @throws TypeError for an item that has no order with those in the queue; QueueShutDown */
  override tryPut(item: T): boolean {
    if (!this.#hasRule) this.#check(item);
    return super.tryPut(item);
  }

  #check(item: T): void {
    const kind = kindOf(item);
    if (!this.empty && kind !== this.#kind) throw noOrder(kind, this.#kind);
    this.#kind = kind;
  }
}
queueStaysHere(PriorityQueue, "PriorityQueue");
