/** The forms that a call of a pool takes: a promise, or a result to be asked and cancelled. */
import { currentHost } from "../core/flow.ts";
import { type AsyncResult, CallbackSettlement } from "./async-result.ts";
import { promiseOf } from "./eventual.ts";
import { type ApplyOptions, NO_OPTIONS } from "./options.ts";
import { Settlement } from "./settlement.ts";

export const NO_ARGS: readonly unknown[] = Object.freeze([]);
/** What can end a call or tell somebody beside its promise. */
const ENDING = ["timeoutMs", "signal", "callback", "errorCallback"] as const;

/** Whether nothing can end a call but its function: no time, no signal, no task that awaits it. */
export function onlyPromised(options: ApplyOptions<never>): boolean {
  if (currentHost() !== undefined) return false;
  if (options === NO_OPTIONS) return true;
  return (
    typeof options === "object" &&
    options !== null &&
    ENDING.every((name) => options[name] === undefined)
  );
}

/** What is refused at the call rejects, where a promise is what a call gives. */
export function promised<R>(begin: () => AsyncResult<R>): Promise<R> {
  try {
    return promiseOf(begin());
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

export function settlementFor<R>(options: ApplyOptions<never>): Settlement<R> {
  if (options.callback === undefined && options.errorCallback === undefined)
    return new Settlement<R>("the work");
  return new CallbackSettlement<R>(options as ApplyOptions<R>);
}
