/**
 * Has the garbage collected, which V8 offers under a flag: it gives the function to contexts that
 * are made while the flag is set.
 *
 * What a WeakRef was made for or gave away, V8 keeps until the job ends, and code that blocks ends
 * none. But a context with microtasks of its own ends it for V8 whenever something ran in it.
 */
import type { Context } from "node:vm";

let context: Context | undefined;

/** False where this Node has no such function. */
export function collectGarbage(): boolean {
  const { runInContext } = process.getBuiltinModule("node:vm");
  context ??= contextWithCollector();
  const collect: unknown = runInContext("globalThis.gc", context);
  if (typeof collect !== "function") return false;
  collect();
  return true;
}

function contextWithCollector(): Context {
  const { createContext, runInContext } = process.getBuiltinModule("node:vm");
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  const make = (): Context => createContext({}, { microtaskMode: "afterEvaluate" });
  const made = make();
  // The program may have been started with the flag, which then stays set.
  if (runInContext("typeof gc", made) === "function") return made;
  setFlagsFromString("--expose-gc");
  try {
    return make();
  } finally {
    setFlagsFromString("--no-expose-gc");
  }
}
