/**
 * Which message of a table is the lowest, as this thread sees it.
 *
 * Comparing runs user code, which must not happen under a latch. So each thread that gets keeps a
 * heap of its own: copies of the messages, decoded once, in order. To take one it picks the lowest
 * and claims it in the table, which is the truth; one that another thread took before is passed
 * over. Of messages that arrive between the two steps it may miss a lower one, as it may miss one
 * that arrives right after.
 */
import type { Member } from "../../core/member.ts";
import { noOrder } from "./natural-order.ts";
import {
  type MessageCopy,
  copyMessage,
  freeMessage,
  isUnclaimed,
} from "../messages/message-block.ts";
import type { Draft, Incoming, Messages } from "../messages/message.ts";
import { type Entry, QueueTable } from "./queue-table.ts";
import type { StoreLimits } from "../lanes/queue-store.ts";

/** Below zero when `a` comes before `b`, above when after, 0 when neither. */
export type Compare<T> = (a: T, b: T) => number;

/** A message that this thread has looked at. */
interface Seen extends Entry {
  readonly value: unknown;
}

interface Fresh extends Entry {
  readonly copy: MessageCopy;
}

/** Beyond this, copies of messages that others took are dropped when they are most of the heap. */
const KEPT = 64;

export class QueueHeap extends QueueTable {
  readonly takesByUserCode = true;
  readonly #messages: Messages;
  readonly #compare: Compare<unknown>;
  #heap: Seen[] = [];
  /** Copies that are not in the heap yet. */
  #fresh: Fresh[] = [];
  /** The number of the first message that was not looked at. */
  #next: number | undefined;

  constructor(
    member: Member,
    at: number,
    limits: StoreLimits,
    messages: Messages,
    compare: Compare<unknown>,
  ) {
    super(member, at, limits);
    this.#messages = messages;
    this.#compare = compare;
  }

  /**
   * All items inside are of one kind at any time, whoever puts: it is compared, and set by the
   * first, under the latch under which the item goes in.
   */
  protected override kindWith({ kind }: Draft, inside: number): number {
    if (inside !== 0 && kind !== inside) throw noOrder(kind, inside);
    return kind;
  }

  take(incoming: Incoming): boolean {
    for (;;) {
      if (this.isEmpty) return false;
      this.#look();
      const lowest = this.#heap[0];
      if (lowest === undefined) return false;
      this.#pop();
      if (!this.#claim(lowest)) continue;
      freeMessage(this.member, lowest);
      incoming.setValue(lowest.value);
      return true;
    }
  }

  /** Takes copies of what arrived since the last look, and puts them into the heap. */
  #look(): void {
    this.ordered(() => {
      let index = this.length;
      while (index > 0 && this.#isUnseen(this.numberOf(index - 1))) index--;
      for (; index < this.length; index++) {
        const entry = this.entry(index);
        if (entry === undefined) continue;
        const copy = copyMessage(this.member.arena, entry.block, entry.sizeBytes);
        this.#fresh.push({ ...entry, copy });
      }
      this.#next = this.put;
    });
    if (this.#heap.length > KEPT && this.#heap.length > 2 * this.size) this.#forgetTaken();
    let done = 0;
    try {
      for (; done < this.#fresh.length; done++) {
        const { copy, block, stamp, number, sizeBytes } = this.#fresh[done]!;
        const value = this.#messages.decodeCopy(copy);
        this.#push({ block, stamp, number, sizeBytes, value });
      }
    } finally {
      this.#fresh.splice(0, done);
    }
  }

  #isUnseen(number: number): boolean {
    return this.#next === undefined || ((number - this.#next) | 0) >= 0;
  }

  #forgetTaken(): void {
    const { arena } = this.member;
    const before = this.#heap;
    this.#heap = [];
    try {
      for (const seen of before) if (isUnclaimed(arena, seen)) this.#push(seen);
    } catch (error) {
      this.#heap = before;
      throw error;
    }
  }

  #claim({ number, block }: Entry): boolean {
    return this.ordered(() => {
      let low = 0;
      let high = this.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (((this.numberOf(middle) - number) | 0) < 0) low = middle + 1;
        else high = middle;
      }
      const entry = low < this.length ? this.entry(low) : undefined;
      if (entry?.number !== number || entry.block !== block) return false;
      this.claim(low, entry);
      if (this.isEmpty) this.cut(0);
      return true;
    });
  }

  #isBefore(a: Seen, b: Seen): boolean {
    const order = this.#compare(a.value, b.value);
    return order < 0 || (!(order > 0) && ((a.number - b.number) | 0) < 0);
  }

  /** Comparing comes before the heap is touched: a comparison that throws leaves it whole. */
  #push(seen: Seen): void {
    const heap = this.#heap;
    const path: number[] = [];
    for (let at = heap.length; at > 0;) {
      at = (at - 1) >>> 1;
      if (!this.#isBefore(seen, heap[at]!)) break;
      path.push(at);
    }
    let hole = heap.length;
    for (const at of path) {
      heap[hole] = heap[at]!;
      hole = at;
    }
    heap[hole] = seen;
  }

  /** Takes the lowest out of the heap, in the same way. */
  #pop(): void {
    const heap = this.#heap;
    const last = heap.length - 1;
    const moved = heap[last]!;
    const path: number[] = [];
    for (let child = 1; child < last; child = 2 * child + 1) {
      if (child + 1 < last && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, moved)) break;
      path.push(child);
    }
    heap.pop();
    let hole = 0;
    for (const at of path) {
      heap[hole] = heap[at]!;
      hole = at;
    }
    if (last > 0) heap[hole] = moved;
  }
}
