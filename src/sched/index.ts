/** `manyhands/sched`: actions that run at their time, one after the other. */
export { Scheduler } from "./scheduler.ts";
export type { SchedulerOptions, RunOptions } from "./scheduler.ts";
export { ScheduledEvent } from "./scheduled-event.ts";
