/** Contexts: the module's functions and classes, bound to one start method. */
import type { ManagerOptions } from "../managers/base-manager.ts";
import { Manager } from "../managers/sync-manager.ts";
import { areOptions } from "../core/options.ts";
import { Pool } from "../pool/pool.ts";
import type { PoolOptions } from "../pool/pool-options.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { activeChildren, currentProcess, parentProcess } from "./family.ts";
import * as locks from "./locks.ts";
import { Pipe } from "./pipes.ts";
import { Process } from "./process.ts";
import type { ProcessOptions } from "./process-options.ts";
import { cpuCount } from "./program.ts";
import * as queues from "./queues.ts";
import { RawArray, RawValue, SharedArray, Value } from "./shared-data.ts";
import {
  checkStartMethod,
  defaultStartMethod,
  getAllStartMethods,
  getStartMethod,
  setForkserverPreload,
  setStartMethod,
} from "./start-methods.ts";

/** What `getContext` answers. */
export interface Context extends Locks, Queues, SharedData {
  /** A `Process` that starts with this context's method. */
  readonly Process: typeof Process;
  /** A `Pool` whose workers are started so. */
  readonly Pool: typeof Pool;
  /** A started `SyncManager` whose server is started so. */
  readonly Manager: typeof Manager;
  readonly Pipe: typeof Pipe;
  getStartMethod(): StartMethod;
  readonly currentProcess: typeof currentProcess;
  readonly parentProcess: typeof parentProcess;
  readonly activeChildren: typeof activeChildren;
  readonly cpuCount: typeof cpuCount;
  readonly getAllStartMethods: typeof getAllStartMethods;
  readonly setForkserverPreload: typeof setForkserverPreload;
  readonly setStartMethod: typeof setStartMethod;
}

type Locks = typeof locks;
type Queues = typeof queues;

interface SharedData {
  readonly RawArray: typeof RawArray;
  readonly RawValue: typeof RawValue;
  readonly SharedArray: typeof SharedArray;
  readonly Value: typeof Value;
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
  return {
    Process: fixed === null ? Process : processWith(fixed),
    Pool: fixed === null ? Pool : poolWith(fixed),
    Manager: fixed === null ? Manager : managerWith(fixed),
    Pipe,
    getStartMethod: () => fixed ?? getStartMethod({ allowNone: true }) ?? defaultStartMethod(),
    ...locks,
    ...queues,
    RawArray,
    RawValue,
    SharedArray,
    Value,
    currentProcess,
    parentProcess,
    activeChildren,
    cpuCount,
    getAllStartMethods,
    setForkserverPreload,
    setStartMethod,
  };
}

function processWith(startMethod: StartMethod): typeof Process {
  const Bound = class<A extends unknown[], R> extends Process<A, R> {
    constructor(options: ProcessOptions<A, R> = {}) {
      super({ ...options, startMethod });
    }
  };
  Object.defineProperty(Bound, "name", { value: "Process" });
  return Bound as typeof Process;
}

function poolWith(startMethod: StartMethod): typeof Pool {
  const Bound = class<I extends unknown[]> extends Pool<I> {
    constructor(options: number | PoolOptions<I> = {}) {
      const given = typeof options === "number" ? { processes: options } : options;
      // What is no object is for the Pool to refuse.
      super(areOptions(given) ? { ...given, startMethod } : given);
    }
  };
  Object.defineProperty(Bound, "name", { value: "Pool" });
  return Bound as typeof Pool;
}

const managerWith =
  (startMethod: StartMethod): typeof Manager =>
  (options: ManagerOptions = {}) =>
    // What is no object is for the manager to refuse.
    Manager(
      typeof options === "object" && options !== null ? { ...options, startMethod } : options,
    );
