/** Numbers of the kinds of blocks that synchronisation brings; see `core/kinds.ts`. */
import { FIRST_KIND } from "../core/kinds.ts";

export const KIND_LOCK: number = FIRST_KIND;
export const KIND_RLOCK: number = FIRST_KIND + 1;
export const KIND_SEMAPHORE: number = FIRST_KIND + 2;
export const KIND_CONDITION: number = FIRST_KIND + 3;
export const KIND_EVENT: number = FIRST_KIND + 4;
export const KIND_BARRIER: number = FIRST_KIND + 5;
/** In which order locks were taken, while somebody looks for deadlocks. */
export const KIND_ORDERS: number = FIRST_KIND + 6;
