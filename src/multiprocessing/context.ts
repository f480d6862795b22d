/** Contexts: the module's functions and classes, bound to one start method. */
import { isRecord } from "../core/options.ts";
import type { ManagerOptions } from "../managers/manager-options.ts";
import type { StartMethod } from "../workers/runtime.ts";
import * as api from "./api.ts";
import { checkStartMethod, defaultStartMethod } from "./start-methods.ts";

type Api = typeof api;

/**
 * What `getContext` answers: all that the module has. What starts processes, `Process`, `Pool`,
 * `Manager` and the classes of managers, starts them with this context's method.
 */
export interface Context extends Omit<Api, "getStartMethod"> {
  /** This context's method; for the one without, the program's, which is not settled by asking. */
  getStartMethod(): StartMethod;
  /** Another context; without a method, the one that follows the program's. */
  readonly getContext: typeof getContext;
}

const contexts = new Map<StartMethod | null, Context>();

/**
 * The module's API with a start method of its own; without one, that of the program.
 * @throws RangeError for an unknown method
 */
export function getContext(method?: StartMethod | null): Context {
  const fixed = method === undefined || method === null ? null : checkStartMethod(method);
  let context = contexts.get(fixed);
  if (context === undefined) contexts.set(fixed, (context = makeContext(fixed)));
  return context;
}

function makeContext(fixed: StartMethod | null): Context {
  const { getStartMethod, ...module } = api;
  if (fixed === null) {
    const ofProgram = () => getStartMethod({ allowNone: true }) ?? defaultStartMethod();
    return { ...module, getContext, getStartMethod: ofProgram };
  }
  return { ...module, ...starters(fixed), getContext, getStartMethod: () => fixed };
}

/** All that starts processes. */
function starters(startMethod: StartMethod) {
  // What is no object is for the class to refuse.
  const withMethod = (options: unknown = {}): unknown =>
    isRecord(options) ? { ...options, startMethod } : options;
  return {
    Process: bound(api.Process, withMethod),
    Pool: bound(api.Pool, (options) =>
      withMethod(typeof options === "number" ? { processes: options } : options),
    ),
    BaseManager: bound(api.BaseManager, withMethod),
    SyncManager: bound(api.SyncManager, withMethod),
    SharedMemoryManager: bound(api.SharedMemoryManager, withMethod),
    Manager: (options?: ManagerOptions) => api.Manager(withMethod(options) as ManagerOptions),
  };
}

/** A subclass of the same name whose options are completed. */
function bound<C extends abstract new (...args: never[]) => object>(
  base: C,
  complete: (options: unknown) => unknown,
): C {
  const Base = base as unknown as new (options: unknown) => object;
  const Bound = class extends Base {
    constructor(options?: unknown) {
      super(complete(options));
    }
  };
  Object.defineProperty(Bound, "name", { value: base.name });
  return Bound as unknown as C;
}
