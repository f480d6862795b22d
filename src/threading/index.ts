/** `manyhands/threading`: threads, and what they share. */
export { Local } from "./local.ts";
export {
  activeCount,
  currentThread,
  enumerate,
  ForeignThread,
  getIdent,
  mainThread,
  setExceptHook,
} from "./roll.ts";
export { sleep, sleepSync } from "../workers/sleep.ts";
export { Thread } from "./thread.ts";
export type { Fn, ThreadOptions, ThreadState } from "./thread.ts";
export type { ExceptHook, UncaughtInThread } from "../workers/except-hook.ts";
export { Timer } from "./timer.ts";
