/** Tasks, structured concurrency and cancellation on Node's own event loop. */
export { asCompleted, type Completed } from "./as-completed.ts";
export {
  createTask,
  ensureFuture,
  type Awaitable,
  type FutureOf,
  type ResultOf,
} from "./awaitable.ts";
export { Barrier, type BarrierOptions } from "./barrier.ts";
export { captureCallGraph, formatCallGraph, type CallGraph } from "./call-graph.ts";
export { cancellable } from "./cancellable.ts";
export { Condition } from "./condition.ts";
export {
  openConnection,
  startServer,
  type Server,
  type StreamOptions,
  type Streams,
} from "./connection.ts";
export { createSubprocessExec, createSubprocessShell } from "./create-subprocess.ts";
export { DEVNULL, PIPE, STDOUT } from "../subprocess/redirection.ts";
export { EventLoop, getRunningLoop } from "./event-loop.ts";
export { Event } from "./event.ts";
export type { ExceptionContext, ExceptionHandler } from "./exception-handler.ts";
export {
  runInExecutor,
  setDefaultExecutor,
  toProcess,
  toThread,
  type Submits,
} from "./executor.ts";
export { Future, type FutureState, type Settled } from "./future.ts";
export { gather, type GatherOptions, type ResultsOf } from "./gather.ts";
export { Guard } from "./guard.ts";
export type { Handle } from "./handle.ts";
export type { Compare } from "./heap.ts";
export { holdAll } from "./hold-all.ts";
export { Lock, type LockOwner } from "./lock.ts";
export type { Lockable, LockOptions } from "./lockable.ts";
export { PriorityQueue, type PriorityQueueOptions } from "./priority-queue.ts";
export { LifoQueue, Queue } from "./queue.ts";
export type { ShutdownOptions } from "../channels/queues/queue-arguments.ts";
export { run, Runner, type RunOptions } from "./runner.ts";
export { BoundedSemaphore, Semaphore } from "./semaphore.ts";
export { shield } from "./shield.ts";
export { checkpoint, sleep } from "./sleep.ts";
export { StreamReader, type Source } from "./stream-reader.ts";
export type { StreamWriter } from "./stream-writer.ts";
export { TaskGroup } from "./task-group.ts";
export { allTasks, currentTask, Task, type Context, type TaskOptions } from "./task.ts";
export { timeout, type Timeout } from "./timeout.ts";
export type { TimerHandle } from "./timer-handle.ts";
export { waitFor } from "./wait-for.ts";
export type { Wait } from "../core/deadline.ts";
export {
  ALL_COMPLETED,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  wait,
  type ReturnWhen,
  type Waited,
  type WaitOptions,
} from "./wait.ts";
export { CancelledError, InvalidStateError, TaskGroupError, TimeoutError } from "../errors.ts";
export { BrokenBarrierError, QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
export { IncompleteReadError, LimitOverrunError } from "../errors.ts";
