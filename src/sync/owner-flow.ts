/**
 * Who, within a thread, holds a lock. Words that name a flow hold one of
 *
 *   0           nobody in particular, or not known
 *   flow        asynchronous code inside a scope: a run(), a task, a target (`core/flow.ts`)
 *   SYNC|flow   code that blocked to get it: the whole thread, and the scope it was in, if any
 *   BARE        asynchronous code outside all scopes, of which nothing is known but that it exists
 */
import { currentFlow } from "../core/flow.ts";

export const SYNC: number = 1 << 30;
export const BARE: number = 1 << 31;

/** Names the code that asks, as the holder or waiter of a lock. */
export function flowNow(sync: boolean): number {
  const flow = currentFlow();
  if (sync) return SYNC | flow;
  return flow === 0 ? BARE : flow;
}

const isSync = (flow: number): boolean => flow > 0 && (flow & SYNC) !== 0;

/** Whether code that asks as `flow` is the one that holds as `held`, in the same thread. */
export function isSameOwner(held: number, flow: number): boolean {
  if (flow === BARE || held === BARE) return false;
  if (isSync(flow) && isSync(held)) return true;
  const scope = flow & ~SYNC;
  return scope !== 0 && scope === (held & ~SYNC);
}

/** Whether the code that asks may release what is held as `held` in its thread. */
export function mayRelease(held: number): boolean {
  if (held === 0 || isSync(held)) return true;
  const flow = currentFlow();
  return held === BARE ? flow === 0 : held === flow;
}
