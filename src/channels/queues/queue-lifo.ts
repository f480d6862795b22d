/** Last in, first out. */
import { registerKind } from "../../core/kinds.ts";
import type { Member } from "../../core/member.ts";
import { type MemberOf, WORDS_AT } from "../../sync/shared-object.ts";
import { KIND_LIFO } from "../messages/kinds.ts";
import type { Incoming } from "../messages/message.ts";
import { type QueueOptions, STORE_AT, type StoreMaker } from "./queue-base.ts";
import { QueueTable } from "./queue-table.ts";
import { TABLE_WORDS } from "./queue-table-layout.ts";
import { TaskQueue } from "./queue-tasks.ts";

/** Takes the newest message. */
class Stack extends QueueTable {
  readonly takesByUserCode = false;

  take(incoming: Incoming): boolean {
    if (this.isEmpty) return false;
    return this.ordered(() => {
      for (let index = this.length - 1; index >= 0; index--) {
        const entry = this.entry(index);
        if (entry === undefined) continue;
        incoming.setBlock(entry.block, entry.stamp);
        this.claim(index, entry);
        this.cut(index);
        return true;
      }
      return false;
    });
  }
}

const makeStack: StoreMaker = (member, at, limits) => new Stack(member, at, limits);

export class LastInFirstOut<T> extends TaskQueue<T> {
  constructor(memberOf: MemberOf, maxSize: number, options?: QueueOptions) {
    super(memberOf, KIND_LIFO, TABLE_WORDS, makeStack, maxSize, options);
  }
}

const NO_LIMITS = { maxSize: 0, maxBytes: Infinity };

registerKind(KIND_LIFO, {
  name: "LIFO queue",
  shared: true,
  destroy: (member: Member, { block }) =>
    new Stack(member, block + WORDS_AT + STORE_AT, NO_LIMITS).destroy(),
});
