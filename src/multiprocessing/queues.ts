/** Queues between all threads of a family of processes. */
import { registerShareable } from "../channels/carried.ts";
import { KIND_QUEUE } from "../channels/kinds.ts";
import type { QueueOptions } from "../channels/queue-base.ts";
import { FifoQueue } from "../channels/queue-fifo.ts";
import { familyMember } from "../core/family-arena.ts";

/** A queue between processes: first in, first out. */
export class Queue<T = unknown> extends FifoQueue<T> {
  constructor(maxSize = 0, options?: QueueOptions) {
    super(familyMember, maxSize, options);
  }
}
registerShareable("multiprocessing.Queue", {
  type: Queue,
  memberOf: familyMember,
  kind: KIND_QUEUE,
});
