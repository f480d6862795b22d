/** `manyhands/threading`: threads, and what they share. */
export type { SyncWait, Wait } from "../core/deadline.ts";
export { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from "./locks.ts";
export { holdAll, holdAllSync } from "../sync/hold-all.ts";
export { detectDeadlocks } from "../sync/deadlock.ts";
export { BrokenBarrierError } from "../errors.ts";
export type { BarrierOptions } from "../sync/barrier.ts";
export type { Guard } from "../sync/guard.ts";
export type { Owner } from "../sync/holders.ts";
export type { NameOptions } from "../sync/shared-object.ts";
export { Local } from "./local.ts";
export {
  activeCount,
  currentThread,
  enumerate,
  ForeignThread,
  getIdent,
  mainThread,
  setExceptHook,
} from "./roll.ts";
export { sleep, sleepSync } from "../workers/sleep.ts";
export { Thread } from "./thread.ts";
export type { Fn, ThreadOptions, ThreadState } from "./thread.ts";
export type { ExceptHook, UncaughtInThread } from "../workers/threads/except-hook.ts";
export { Timer } from "./timer.ts";
export * from "./shared-data.ts";
export { type FunctionReference, referencedFunction, withContext } from "../carry/index.ts";
