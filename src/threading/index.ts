/** A contents page. */
export * from "./locks.ts";
