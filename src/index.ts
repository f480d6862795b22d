/** The contents page: every module as a namespace. */
export * as errors from "./errors.ts";
export * as testing from "./testing/index.ts";
