/**
 * `manyhands/multiprocessing/dummy`: the names of `multiprocessing` over the threads of one
 * process. A program written for one runs on the other when this import is changed.
 */
export {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
} from "../../threading/locks.ts";
export { holdAll, holdAllSync } from "../../sync/hold-all.ts";
export {
  LifoQueue,
  PriorityQueue,
  Queue,
  Queue as JoinableQueue,
  SimpleQueue,
} from "../../queue/queues.ts";
export { RawArray, RawValue, SharedArray, Value } from "../../threading/shared-data.ts";
export type { SyncWait, Wait } from "../../core/deadline.ts";
export { Connection } from "../../channels/connections/connection.ts";
export type { PipeOptions } from "../../channels/connections/pipe-connection.ts";
export { Pipe } from "./pipe.ts";
export { activeChildren, currentProcess, Process } from "./process.ts";
export { ThreadPool as Pool, ThreadPool } from "../../pool/thread-pool.ts";
export { AsyncResult } from "../../pool/async-result.ts";
export { currentSignal } from "../../crew/current-signal.ts";
export { cpuCount } from "../../os/cpus.ts";
export { Manager, ThreadManager } from "./manager.ts";
