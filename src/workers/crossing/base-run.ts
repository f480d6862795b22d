/**
 * What the `run()` of `Thread` and `Process` itself does: it calls the target. A subclass that
 * overrides it may do so too, by `super.run()`, so the target crosses with its object.
 */
import { StateError } from "../../errors.ts";

export interface Call {
  readonly target: ((...args: never[]) => unknown) | null;
  readonly args: readonly unknown[];
}

/** Beside the objects: in a child no constructor ran for the object that stands for it. */
const calls = new WeakMap<object, Call>();

/** Says what an object calls. */
export function setCall(self: object, call: Call): void {
  calls.set(self, call);
}

/** @throws StateError without a target */
export function baseRun(self: object, kind: "Thread" | "Process"): unknown {
  const call = calls.get(self);
  if (!call?.target) throw new StateError(`A ${kind} without a target needs a run() of its own`);
  return call.target(...(call.args as never[]));
}
