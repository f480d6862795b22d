/** `manyhands/futures`: functions handed to executors, and results that are there later. */
export { asCompleted, asCompletedSync } from "./as-completed.ts";
export type { AsCompletedOptions, Completed } from "./as-completed.ts";
export { currentSignal } from "../crew/current-signal.ts";
export type { SyncWait, Wait } from "../core/deadline.ts";
export type { WorkerInfo } from "../crew/crew-options.ts";
export type { Policy, Schedulable, Schedule, ScheduleName } from "../crew/policy.ts";
export type { ScheduleOptions } from "../crew/policy.ts";
export type { AnyInputs, ViewOptions } from "./crew-executor.ts";
export { Executor } from "./executor.ts";
export type { Inputs, ShutdownOptions } from "./executor.ts";
export { Future } from "./future.ts";
export { ProcessPoolExecutor } from "./process-pool-executor.ts";
export type { ProcessPoolExecutorOptions } from "./process-pool-executor.ts";
export type { ResultIterator, SyncResultIterator } from "../pool/result-iterator.ts";
export type { Fn, Returned } from "../pool/returned.ts";
export { ThreadPoolExecutor } from "./thread-pool-executor.ts";
export type { ThreadPoolExecutorOptions } from "./thread-pool-executor.ts";
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, wait, waitSync } from "./wait.ts";
export type { ReturnWhen, Waited } from "./wait.ts";
export {
  BrokenExecutorError,
  BrokenProcessPool,
  BrokenThreadPool,
  CancelledError,
  InvalidStateError,
  TimeoutError,
} from "../errors.ts";
