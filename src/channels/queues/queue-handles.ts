/** How queues cross to other threads and processes. */
import { registerHandle } from "../../carry/index.ts";
import { type MemberOf, adopt } from "../../sync/shared-object.ts";
import { noteCarried, refuseElsewhere } from "../../sync/carried.ts";
import type { QueueBase } from "./queue-base.ts";
import type { Compare } from "./queue-heap.ts";
import { LowestFirst, inOrder } from "./queue-priority.ts";

export interface QueueType<Q extends QueueBase<never>> {
  readonly type: new () => Q;
  readonly memberOf: MemberOf;
  /** For queues of threads: the class of that name for processes. */
  readonly instead?: (name: string) => string;
}

/** @param name the same in every thread and process */
export function registerQueue<Q extends QueueBase<never>>(
  name: string,
  { type, memberOf, instead }: QueueType<Q>,
): void {
  registerHandle<Q, readonly [block: number, stamp: number, compare?: Compare<never>]>(name, {
    is: (value): value is Q => value instanceof type,
    toHandle(queue, { destination }) {
      refuseElsewhere(type.name, destination, instead?.(type.name));
      const { block, stamp } = queue.handle;
      const compare = queue instanceof LowestFirst ? queue.compare : undefined;
      noteCarried(queue.member, queue.handle);
      return compare === undefined ? [block, stamp] : [block, stamp, compare];
    },
    fromHandle: ([block, stamp, compare]) =>
      inOrder(compare, () => adopt(type, memberOf, { block, stamp })),
  });
}
