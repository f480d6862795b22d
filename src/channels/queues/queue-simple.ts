/** A queue without limits that knows nothing of tasks. */
import type { MemberOf } from "../../sync/shared-object.ts";
import { KIND_QUEUE } from "../messages/kinds.ts";
import { QueueBase, type QueueOptions } from "./queue-base.ts";
import { makeLog } from "./queue-fifo.ts";
import { LOG_WORDS } from "./queue-log-layout.ts";

/** Items go in and come out in order; nobody reports them done. */
export class OneWay<T> extends QueueBase<T> {
  constructor(memberOf: MemberOf, options?: QueueOptions) {
    super(memberOf, KIND_QUEUE, LOG_WORDS, makeLog, 0, options);
  }
}
