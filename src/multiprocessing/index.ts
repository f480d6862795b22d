/** A contents page. */
export * from "./locks.ts";
export * from "./queues.ts";
export * from "./pipes.ts";
export * from "./wait.ts";
