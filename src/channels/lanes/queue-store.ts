/** What a queue needs of the memory that holds its messages: a log, or a table. */
import type { Member } from "../../core/member.ts";
import type { Draft, Incoming } from "../messages/message.ts";

/** What became of a message that was to be added. */
export const ADDED = 0;
export const FULL = 1;
export const SHUT = 2;

export interface QueueStore {
  /** How many messages were put so far, modulo 2^32. */
  readonly put: number;
  readonly size: number;
  readonly isEmpty: boolean;
  /** Whether nothing can be added any more. */
  readonly isShut: boolean;
  /** Bytes of the messages inside. */
  readonly bytes: number;
  /** Whether a message would be added now. */
  hasRoomFor(draft: Draft): boolean;
  /** Adds a message, which is the store's from then on: ADDED; or FULL, or SHUT. */
  append(draft: Draft): number;
  /** Whether taking runs user code, which must not happen under a latch. */
  readonly takesByUserCode: boolean;
  /** Takes the next message; false when there is none. */
  take(incoming: Incoming): boolean;
  /** Makes words that are all zero an empty store. */
  found(): void;
  /** Nothing is added from now on. */
  shut(): void;
  /** Drops all messages, and answers how many they were. */
  drain(): number;
  /** Frees what the store has besides its words; may be repeated by whoever settles us. */
  destroy(): void;
  /** In a child made by fork this thread is another member. */
  rejoin(member: Member): void;
}

/** What a store takes before it is full. */
export interface StoreLimits {
  /** Messages; 0 for no limit. */
  readonly maxSize: number;
  /** Bytes of messages; one message always fits. */
  readonly maxBytes: number;
}
