/** A contents page. */
export { QueueEmpty, QueueFull, QueueShutDown } from "../errors.ts";
export * from "./queues.ts";
