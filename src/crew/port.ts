/**
 * A worker's side of the way to its crew: where tasks come from and results go. `arena-port.ts`
 * goes over shared memory, `frame-port.ts` over the messages that every child has.
 */
import type { Draft, Incoming } from "../channels/messages/message.ts";
import type { Coding } from "./cargo.ts";
import type { Head } from "./message-head.ts";

export interface Port {
  readonly coding: Coding;
  /** Whether messages come through the event loop only. */
  readonly mustUseLoop: boolean;
  /** The head and the value of the message that was taken last. */
  readonly head: Head;
  readonly incoming: Incoming;
  /** Tells the crew that the worker takes tasks from now on. */
  ready(): void;
  /** Takes the next message, past tasks that were taken back; false while there is none. */
  next(): boolean;
  /** The function in the message that was taken last, or a promise of it. */
  decodeFunction(): unknown;
  /** Sends a result; blocks while there is no room for it. */
  answer(kind: number, number: number, micros: number, draft: Draft): void;
  /** The generator of a task is parked under a number. */
  park(number: number, micros: number, generator: number): void;
  /** Whether the worker is to end as there will be no more tasks. */
  readonly stopping: boolean;
  /** Whether there is a message, or the end. Asked again and again by those who wait a moment. */
  readonly hasNews: boolean;
  /** Blocks the thread until there is news, at most a slice of time. */
  sleep(): void;
  /** Waits for news in the event loop. */
  wait(): Promise<void>;
  /** Whether the task with this number is to stop. */
  isCancelled(number: number): boolean;
  /** Why; to be asked when it is. */
  reason(): unknown;
  /** Calls back in the event loop when the task is to stop; answers what ends that. */
  whenCancelled(number: number, callback: () => void): () => void;
}
