/** Queues between all threads of a family of processes. */
import { registerQueue } from "../channels/queues/queue-handles.ts";
import type { QueueOptions } from "../channels/queues/queue-base.ts";
import { FifoQueue } from "../channels/queues/queue-fifo.ts";
import { LastInFirstOut } from "../channels/queues/queue-lifo.ts";
import { LowestFirst, type PriorityOptions } from "../channels/queues/queue-priority.ts";
import { OneWay } from "../channels/queues/queue-simple.ts";
import { familyMember } from "../core/family-arena.ts";
import { countAs } from "../sync/kin.ts";

/**
 * A queue between processes: first in, first out. `maxSize` 0 means that only memory limits it.
 *
 * Differs from Python: there is no feeder thread, so an item is in the queue, coded, when `put`
 * returns; `join` and `taskDone` are here too.
 */
export class Queue<T = unknown> extends FifoQueue<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(familyMember, maxSize, options);
  }
}

/** Python's name for a queue whose items are reported done, as any `Queue` here allows. */
export class JoinableQueue<T = unknown> extends Queue<T> {}

/** A queue between processes: last in, first out. */
export class LifoQueue<T = unknown> extends LastInFirstOut<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(familyMember, maxSize, options);
  }
}

/** A queue between processes that gives its lowest item first. */
export class PriorityQueue<T = unknown> extends LowestFirst<T> {
  constructor(options: number | PriorityOptions<T> = 0) {
    super(familyMember, options);
  }
}

/** A queue between processes without limits or tasks. */
export class SimpleQueue<T = unknown> extends OneWay<T> {
  constructor(options?: QueueOptions) {
    super(familyMember, options);
  }
}

countAs(Queue, LifoQueue, PriorityQueue);

const name = (type: { readonly name: string }): string => `multiprocessing.${type.name}`;
const memberOf = familyMember;
// Before what they count as: the first that fits an object counts.
registerQueue(name(JoinableQueue), { type: JoinableQueue, memberOf });
registerQueue(name(LifoQueue), { type: LifoQueue, memberOf });
registerQueue(name(PriorityQueue), { type: PriorityQueue, memberOf });
registerQueue(name(Queue), { type: Queue, memberOf });
registerQueue(name(SimpleQueue), { type: SimpleQueue, memberOf });
