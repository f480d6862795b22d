/**
 * How a crew's thread waits for results. `arena-attention.ts` does it over shared memory,
 * `frame-attention.ts` over the messages that every child has.
 */
import type { Deadline } from "../core/deadline.ts";
import type { WaitInMemory } from "../core/wait-all-kinds.ts";
import type { PollRequest } from "../platform/process-platform.ts";

/** What is asked of the crew meanwhile. */
export interface Expectant {
  /** Takes in results and hands out tasks; whether there was any result. */
  pump(): boolean;
  readonly hasResults: boolean;
  /** How many results are to come. */
  readonly pending: number;
  /** Tasks that were offered to nobody yet. */
  readonly waiting: { readonly size: number };
  /** Nothing came for a while: what could run elsewhere is to be moved. */
  beforeSleep(): void;
  /** The event loop is left to others until something comes. */
  asleep(): void;
}

export interface Attention {
  /** Looks for results in the event loop from now on, for as long as any are to come. */
  expect(): void;
  /** The last task is over, whatever ended it: the program need not live on for results. */
  noneToCome(): void;
  /** Blocks until there may be results or `isNews`, or the time is over. */
  block(deadline: Deadline, sliceMs: number, isNews: () => boolean): void;
  /** What a thread that blocks for several crews sleeps on, in memory; else there are requests. */
  readonly inMemory: WaitInMemory | null;
  pollRequests(): PollRequest[];
  /** To be called after such a sleep. */
  woke(): void;
  /** Lets go of what it has. */
  end(): void;
}
