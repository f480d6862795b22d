/** Queues between the threads of one process; they need no native code. */
import { registerShareable } from "../channels/carried.ts";
import { KIND_QUEUE } from "../channels/kinds.ts";
import type { QueueOptions } from "../channels/queue-base.ts";
import { FifoQueue } from "../channels/queue-fifo.ts";
import { threadMember } from "../core/thread-arena.ts";

/** A queue between threads: first in, first out. */
export class Queue<T = unknown> extends FifoQueue<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(threadMember, maxSize, options);
  }
}
registerShareable("queue.Queue", {
  type: Queue,
  memberOf: threadMember,
  kind: KIND_QUEUE,
  instead: "multiprocessing.Queue",
});
