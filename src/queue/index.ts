/** A contents page. */
export type { SyncWait, Wait } from "../core/deadline.ts";
export { QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
export type { ShutdownOptions } from "../channels/queue-arguments.ts";
export type { QueueOptions } from "../channels/queue-base.ts";
export type { PriorityOptions } from "../channels/queue-priority.ts";
export * from "./queues.ts";
