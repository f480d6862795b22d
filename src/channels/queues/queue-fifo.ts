/** First in, first out. */
import { registerKind } from "../../core/kinds.ts";
import type { Member } from "../../core/member.ts";
import { type MemberOf, WORDS_AT } from "../../sync/shared-object.ts";
import { KIND_QUEUE } from "../messages/kinds.ts";
import { type QueueOptions, STORE_AT, type StoreMaker } from "./queue-base.ts";
import { QueueLog } from "./queue-log.ts";
import { LOG_WORDS } from "./queue-log-layout.ts";
import { TaskQueue } from "./queue-tasks.ts";

export const makeLog: StoreMaker = (member, at, limits) => new QueueLog(member, at, limits);

export class FifoQueue<T> extends TaskQueue<T> {
  constructor(memberOf: MemberOf, maxSize: number, options?: QueueOptions) {
    super(memberOf, KIND_QUEUE, LOG_WORDS, makeLog, maxSize, options);
  }
}

const NO_LIMITS = { maxSize: 0, maxBytes: Infinity };

registerKind(KIND_QUEUE, {
  name: "queue",
  shared: true,
  destroy: (member: Member, { block }) =>
    new QueueLog(member, block + WORDS_AT + STORE_AT, NO_LIMITS).destroy(),
});
