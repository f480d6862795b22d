/** What a connection is made over: a pipe's end, or a socket. */
import type { SyncWait } from "../../core/deadline.ts";
import type { LoopWait } from "../../core/pending-wait.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import type { Draft, Incoming } from "../messages/message.ts";
import type { Awaitable } from "./wait.ts";

export interface Transport {
  readonly readable: boolean;
  readonly writable: boolean;
  /** Sends a message: ADDED (or null, when that was possible at once), FULL, SHUT or LOST. */
  add(draft: Draft, wait: LoopWait): Promise<number> | null;
  addSync(draft: Draft, timeoutMs: number): number;
  /** Whether a message, or the end of the stream, has come; cheap, to be asked often. */
  readonly hasNews: boolean;
  /** Takes a message: TAKEN, NOTHING, OVER or LOST. */
  tryTake(incoming: Incoming): number;
  take(incoming: Incoming, wait: LoopWait): Promise<number>;
  takeSync(incoming: Incoming, timeoutMs: number): number;
  /** Waits until there is a message, or the end of the stream; false when the time ran out. */
  ready(wait: LoopWait): Promise<boolean>;
  readySync(wait: SyncWait): boolean;
  /** How to wait until it is ready together with other things, where that is possible. */
  readonly inMemory?: Awaitable["inMemory"];
  /** What to sleep on until it may be ready, where it is a socket. */
  readonly pollRequest?: PollRequest;
  /** Keeps the program alive, or no more, on behalf of those who wait for it quietly. */
  hold(on: boolean): void;
  close(): void;
  /** Its name, for messages. */
  readonly name: string;
}
