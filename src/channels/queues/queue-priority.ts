/** Lowest first. */
import { registerKind } from "../../core/kinds.ts";
import { areOptions } from "../../core/options.ts";
import type { Member } from "../../core/member.ts";
import { type MemberOf, WORDS_AT } from "../../sync/shared-object.ts";
import { KIND_PRIORITY } from "../messages/kinds.ts";
import { type Draft, messagesOf } from "../messages/message.ts";
import { kindOf, totalOrder } from "./natural-order.ts";
import { type QueueOptions, STORE_AT, type StoreMaker } from "./queue-base.ts";
import { type Compare, QueueHeap } from "./queue-heap.ts";
import { TABLE_WORDS } from "./queue-table-layout.ts";
import { TaskQueue } from "./queue-tasks.ts";

/** Limits, order and name of a queue that gives its lowest item first. */
export interface PriorityOptions<T> extends QueueOptions {
  /** How many items it takes; 0 for no limit. */
  maxSize?: number;
  /** Below zero when `a` comes before `b`; the natural order when left out. */
  compare?: Compare<T> | undefined;
}

/** The order of the queue that is about to be constructed for a handle. */
let adopted: Compare<never> | undefined;

/** Constructs by `body` a queue that exists already and has this order. */
export function inOrder<R>(compare: Compare<never> | undefined, body: () => R): R {
  adopted = compare;
  try {
    return body();
  } finally {
    adopted = undefined;
  }
}

const makeHeap =
  (memberOf: MemberOf, compare: Compare<unknown>): StoreMaker =>
  (member, at, limits) =>
    new QueueHeap(member, at, limits, messagesOf(memberOf), compare);

/**
 * Items that compare as equal come out in the order in which they were put. The order is found
 * where items are got: each thread that gets decodes all items that it sees, also those that others
 * take.
 */
export class LowestFirst<T> extends TaskQueue<T> {
  /** @internal The order, where it is not the natural one; it crosses with the queue. */
  readonly compare: Compare<T> | undefined;

  constructor(memberOf: MemberOf, options: number | PriorityOptions<T>) {
    const { maxSize = 0, compare, ...rest } = checkedOptions(options);
    const order = compare ?? (adopted as Compare<T> | undefined);
    const makeStore = makeHeap(memberOf, (order ?? totalOrder) as Compare<unknown>);
    super(memberOf, KIND_PRIORITY, TABLE_WORDS, makeStore, maxSize, rest);
    this.compare = order;
  }

  /** @throws TypeError for what has no order, here or, when it is put, with what is inside */
  protected override draft(item: T): Draft {
    const kind = this.compare === undefined ? kindOf(item) : 0;
    const draft = super.draft(item);
    draft.kind = kind;
    return draft;
  }
}

function checkedOptions<T>(options: number | PriorityOptions<T>): PriorityOptions<T> {
  if (typeof options === "number") return { maxSize: options };
  if (!areOptions(options)) {
    throw new TypeError("a PriorityQueue takes { maxSize, compare } or a maxSize");
  }
  const { compare } = options;
  if (compare !== undefined && typeof compare !== "function") {
    throw new TypeError(`compare must be a function, not ${typeof compare}`);
  }
  return options;
}

const NO_LIMITS = { maxSize: 0, maxBytes: Infinity };

registerKind(KIND_PRIORITY, {
  name: "priority queue",
  shared: true,
  destroy(member: Member, { block }) {
    const at = block + WORDS_AT + STORE_AT;
    // What it holds is dropped without being looked at.
    new QueueHeap(member, at, NO_LIMITS, undefined as never, totalOrder).destroy();
  },
});
