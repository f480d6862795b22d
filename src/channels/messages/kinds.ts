/** Numbers of the kinds of blocks that channels bring; see `core/kinds.ts`. */
import { FIRST_KIND } from "../../core/kinds.ts";

/** A message that is not inside another block. */
export const KIND_MESSAGE: number = FIRST_KIND + 16;
/** A piece of a queue's log. */
export const KIND_SEGMENT: number = FIRST_KIND + 17;
/** The entries of a LIFO or priority queue. */
export const KIND_TABLE: number = FIRST_KIND + 18;
/** A first-in-first-out queue. */
export const KIND_QUEUE: number = FIRST_KIND + 19;
export const KIND_LIFO: number = FIRST_KIND + 20;
export const KIND_PRIORITY: number = FIRST_KIND + 21;
/** What two ends of a pipe have in common. */
export const KIND_PIPE: number = FIRST_KIND + 22;
/** One end of a pipe. */
export const KIND_END: number = FIRST_KIND + 23;
/** Where a manager's server hears which of its objects nobody refers to any more. */
export const KIND_LEDGER: number = FIRST_KIND + 24;
/** What keeps an object of a manager's server. */
export const KIND_REFERENCE: number = FIRST_KIND + 25;
/** What an AbortSignal is to those who follow it elsewhere. */
export const KIND_ABORT: number = FIRST_KIND + 26;
