/** manyhands/threading: the contents page. */
export {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
} from "./lock-handles.ts";
export { holdAll, holdAllSync } from "../sync/hold-all.ts";
export { detectDeadlocks } from "../sync/deadlock.ts";
export type { BarrierOptions } from "../sync/barrier.ts";
export type { Guard } from "../sync/guard.ts";
export type { Owner } from "../sync/holders.ts";
export type { NameOptions } from "../sync/shared-object.ts";
