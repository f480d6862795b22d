/** The contents page: every module as a namespace. */
export * as asyncio from "./asyncio/index.ts";
export * as dummy from "./multiprocessing/dummy/index.ts";
export * as errors from "./errors.ts";
export * as futures from "./futures/index.ts";
export * as multiprocessing from "./multiprocessing/index.ts";
export * as os from "./os/index.ts";
export * as sched from "./sched/index.ts";
export * as subprocess from "./subprocess/index.ts";
export * as testing from "./testing/index.ts";
export * as threading from "./threading/index.ts";
export * as queue from "./queue/index.ts";
