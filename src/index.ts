/** The contents page: every module as a namespace. */
export * as asyncio from "./asyncio/index.ts";
export * as errors from "./errors.ts";
