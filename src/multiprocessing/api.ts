/** What the module and its contexts have alike. */
export type { SyncWait, Wait } from "../core/deadline.ts";
export { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from "./locks.ts";
export { holdAll, holdAllSync } from "../sync/hold-all.ts";
export { detectDeadlocks } from "../sync/deadlock.ts";
export { AuthenticationError, BufferTooShortError, TimeoutError } from "../errors.ts";
export type { BarrierOptions } from "../sync/barrier.ts";
export type { Guard } from "../sync/guard.ts";
export type { Owner } from "../sync/holders.ts";
export type { NameOptions } from "../sync/shared-object.ts";
export { activeChildren, currentProcess, parentProcess } from "./family.ts";
export { cpuCount } from "../os/cpus.ts";
export { isMain } from "./program.ts";
export { Process } from "./process.ts";
export type { Fn, ProcessOptions } from "./process-options.ts";
export type { ProcessState } from "./process-state.ts";
export { Sentinel } from "./sentinel.ts";
export {
  getAllStartMethods,
  getStartMethod,
  setForkserverPreload,
  setStartMethod,
} from "./start-methods.ts";
export type { StartMethod, StdioChoice } from "../workers/runtime.ts";
export * from "./queues.ts";
export type { Binary } from "../channels/connections/connection-arguments.ts";
export type { ShutdownOptions } from "../channels/queues/queue-arguments.ts";
export type { QueueOptions } from "../channels/queues/queue-base.ts";
export type { PriorityOptions } from "../channels/queues/queue-priority.ts";
export * from "./pipes.ts";
export * from "./listeners.ts";
export * from "./wait.ts";
export * from "./shared-data.ts";
export * from "../managers/index.ts";
export { type FunctionReference, referencedFunction, withContext } from "../carry/index.ts";
export { AsyncResult } from "../pool/async-result.ts";
export type { ApplyOptions, ImapOptions, MapOptions, Progress } from "../pool/options.ts";
export { Pool } from "../pool/pool.ts";
export type { PoolOptions, ThreadPoolOptions } from "../pool/pool-options.ts";
export type { WorkerInfo } from "../crew/crew-options.ts";
export type { ResultIterator, SyncResultIterator } from "../pool/result-iterator.ts";
export type { Returned } from "../pool/returned.ts";
export { ThreadPool } from "../pool/thread-pool.ts";
export { currentSignal } from "../crew/current-signal.ts";
export type { Policy, Schedulable, Schedule, ScheduleName } from "../crew/policy.ts";
export type { ScheduleOptions } from "../crew/policy.ts";
