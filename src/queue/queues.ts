/** Queues between the threads of one process; they need no native code. */
import { registerQueue } from "../channels/queues/queue-handles.ts";
import type { QueueOptions } from "../channels/queues/queue-base.ts";
import { FifoQueue } from "../channels/queues/queue-fifo.ts";
import { LastInFirstOut } from "../channels/queues/queue-lifo.ts";
import { LowestFirst, type PriorityOptions } from "../channels/queues/queue-priority.ts";
import { OneWay } from "../channels/queues/queue-simple.ts";
import { threadMember } from "../core/thread-arena.ts";
import { countAs } from "../sync/kin.ts";
import { providesHandles } from "../workers/crossing/handle-modules.ts";

// A thread that is sent one of them need not have this module.
providesHandles(new URL("./index.js", import.meta.url).href);

/** A queue between threads: first in, first out. `maxSize` 0 means that only memory limits it. */
export class Queue<T = unknown> extends FifoQueue<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(threadMember, maxSize, options);
  }
}

/** A queue between threads: last in, first out. */
export class LifoQueue<T = unknown> extends LastInFirstOut<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(threadMember, maxSize, options);
  }
}

/** A queue between threads that gives its lowest item first. */
export class PriorityQueue<T = unknown> extends LowestFirst<T> {
  constructor(options: number | PriorityOptions<T> = 0) {
    super(threadMember, options);
  }
}

/** A queue between threads without limits, tasks or a shutdown. */
export class SimpleQueue<T = unknown> extends OneWay<T> {
  constructor(options?: QueueOptions) {
    super(threadMember, options);
  }
}

countAs(Queue, LifoQueue, PriorityQueue);

const memberOf = threadMember;
const instead = (name: string): string => `multiprocessing.${name}`;
// Before what they count as: the first that fits an object counts.
registerQueue("queue.LifoQueue", { type: LifoQueue, memberOf, instead });
registerQueue("queue.PriorityQueue", {
  type: PriorityQueue,
  memberOf,
  instead,
});
registerQueue("queue.Queue", { type: Queue, memberOf, instead });
registerQueue("queue.SimpleQueue", { type: SimpleQueue, memberOf, instead });
