/** A contents page. */
export type { SyncWait, Wait } from "../core/deadline.ts";
export { QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
export type { ShutdownOptions } from "../channels/queues/queue-arguments.ts";
export type { QueueOptions } from "../channels/queues/queue-base.ts";
export type { PriorityOptions } from "../channels/queues/queue-priority.ts";
export * from "./queues.ts";
