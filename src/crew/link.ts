/**
 * A crew's side of the way to one worker. `arena-link.ts` goes over shared memory, `frame-link.ts`
 * over the messages that every child has.
 */
import type { Incoming } from "../channels/messages/message.ts";
import type { Cargo } from "./cargo.ts";
import type { Head } from "./message-head.ts";
import type { Task } from "./task.ts";

export interface Link {
  /** How many tasks were offered and not begun. */
  readonly ahead: number;
  /** A number that changes whenever the worker begins a task. */
  readonly begun: number;
  /** Whether every task offered has ended or was taken back. */
  readonly idle: boolean;
  /** Whether the worker has begun to take tasks. */
  readonly ready: boolean;
  /** Whether there is a result to take. */
  readonly hasResults: boolean;
  /** How long the worker's tasks take of late, in ms; undefined before the first. */
  readonly meanMs: number | undefined;
  /** Offers a task; false while there is no room for it. A block of the cargo's goes along. */
  offer(task: Task, cargo: Cargo): boolean;
  /** Has a parked generator go on; false while there is no room. */
  resume(task: Task): boolean;
  /** Whether the worker has begun the task with this number. */
  isClaimed(number: number): boolean;
  /** Takes back a task that was not begun; undefined when it was. */
  revoke(task: Task): Cargo | undefined;
  /** The tasks offered, in order, that have neither ended nor been taken back. */
  offered(): Task[];
  /** The oldest of them that was not begun. */
  oldestAhead(): Task | undefined;
  /**
   * Takes the next result, whose value comes into `into`. Then `head` is its head and `task` whose
   * it is; undefined when nobody wants it any more, and what came has been dropped.
   */
  take(into: Incoming): boolean;
  readonly head: Head;
  readonly task: Task | undefined;
  /** The result of a task that runs is no longer wanted: it is told to stop. */
  cancel(task: Task, reason: unknown): void;
  /** The worker needs a function no more. */
  forget(callable: number): void;
  /** A parked generator goes no further. */
  dropGenerator(generator: number): void;
  /** Bytes from the worker, where there is no shared memory. */
  receive?(body: Uint8Array): void;
  /** The worker is to end when it has done what it was offered. */
  stop(): void;
  /** The worker is dead: what was on its way to it is ended, and the memory let go. */
  bury(): void;
}
