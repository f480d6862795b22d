/**
 * Functions whose carrying is said in so many words, for where nothing can be found out about them
 * (the permission model denies the inspector): what one captures, or where one can be imported.
 */
import { importModule } from "../../../platform/importing.ts";
import type { ModuleHeader } from "../../function-carrier.ts";

const contexts = new WeakMap<Function, Readonly<Record<string, unknown>>>();
const modules = new WeakMap<Function, ModuleHeader>();

/** A function named by the module that exports it. */
export interface FunctionReference {
  /** A file URL, or a specifier that can be imported from anywhere (a package, a full path). */
  readonly module: string | URL;
  /** The export's name; the default export if absent. */
  readonly export?: string;
}

/**
 * Says what `fn` captures: wherever it is sent, these values go with it, and nothing else is looked
 * for. Answers `fn` itself.
 *
 * @throws TypeError when `fn` is not a function or `context` not an object.
 */
export function withContext<F extends Function>(fn: F, context: Readonly<object>): F {
  if (typeof fn !== "function")
    throw new TypeError(`withContext needs a function, not ${typeof fn}`);
  if (typeof context !== "object" || context === null) {
    throw new TypeError("withContext needs an object whose fields are the captured variables");
  }
  contexts.set(fn, { ...context });
  return fn;
}

/** What was said about `fn` by `withContext`. */
export function contextOf(fn: Function): Readonly<Record<string, unknown>> | undefined {
  return contexts.get(fn);
}

/**
 * A function that stands for an export of a module. Sent elsewhere, it is that export; called here,
 * it imports the module and calls it.
 */
export function referencedFunction(reference: FunctionReference): Function {
  const url = String(reference.module);
  const name = reference.export ?? "default";
  const stand = async (...args: unknown[]): Promise<unknown> => {
    const namespace = (await importModule(url)) as Record<string, Function>;
    return namespace[name]!(...args) as unknown;
  };
  Object.defineProperty(stand, "name", { value: name });
  // That can be loaded at once, also where Node's loader of ES modules was never needed yet.
  const cjs = url.startsWith("file:") && url.endsWith(".cjs");
  modules.set(stand, { kind: "module", url, name, ...(cjs ? { cjs } : {}) });
  return stand;
}

/** The module header of a function made by `referencedFunction`. */
export function referenceOf(fn: Function): ModuleHeader | undefined {
  return modules.get(fn);
}
