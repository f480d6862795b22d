/** The types of SyncManager: their classes in the server, and their proxies. */
import { BrokenBarrierError, QueueEmpty, QueueFull, TimeoutError } from "../../errors.ts";
import { exposureOf } from "../exposure.ts";
import { GIVE_BACK, type WaitFacts } from "../late-wait.ts";
import { BaseProxy } from "../proxy.ts";
import { registerFace } from "../proxy-class.ts";
import type { Factory, ProxyType, Registry, TypeEntry } from "../registry.ts";
import { ManagedArray } from "./array.ts";
import { ManagedBarrier } from "./barrier.ts";
import { CollectionProxy, DictProxy } from "./collection-proxy.ts";
import { ManagedCondition } from "./condition.ts";
import { ConditionProxy } from "./condition-proxy.ts";
import { ManagedDict } from "./dict.ts";
import { ManagedEvent } from "./event.ts";
import { iteratorType } from "./iterator.ts";
import { IteratorProxy } from "./iterator-proxy.ts";
import { ManagedList } from "./list.ts";
import { ManagedLock, ManagedRLock, NOT_TAKEN } from "./lock.ts";
import { LockProxy } from "./lock-proxy.ts";
import { ManagedNamespace } from "./namespace.ts";
import { ManagedLifoQueue, ManagedPriorityQueue, ManagedQueue } from "./queue.ts";
import { QueueProxy } from "./queue-proxy.ts";
import { ManagedBoundedSemaphore, ManagedSemaphore } from "./semaphore.ts";
import { Segments } from "./segments.ts";
import { ManagedSet } from "./set.ts";
import { ManagedPool, ManagedResult } from "./pool.ts";
import { PoolProxy } from "./pool-proxy.ts";
import { ManagedValue } from "./value.ts";

interface Type {
  readonly made: { readonly prototype: object };
  /** How it is made, where that is not by construction. */
  readonly factory?: Factory;
  readonly proxyType: ProxyType;
  /** Methods that proxies of their own class use. */
  readonly more?: readonly string[];
  /** Its methods that wait. */
  readonly waits?: Readonly<Record<string, WaitFacts>>;
}

const NO_ANSWER = "the manager's server did not answer in time";
const first: WaitFacts = { at: 0 };
const taking: WaitFacts = { at: 0, late: () => NOT_TAKEN, givesBack: true };
const flag: WaitFacts = { at: 0, late: () => false };
const getting: WaitFacts = {
  at: 0,
  late: () => {
    throw new QueueEmpty(NO_ANSWER);
  },
  givesBack: true,
};
const putting: WaitFacts = {
  at: 1,
  late: () => {
    throw new QueueFull(`${NO_ANSWER}; it may have taken the item before`);
  },
};
const meeting: WaitFacts = {
  at: 0,
  late: () => {
    throw new BrokenBarrierError(`the barrier broke: ${NO_ANSWER}`);
  },
  leave: "abort",
};
const late = (): never => {
  throw new TimeoutError(NO_ANSWER);
};
const lock = {
  proxyType: LockProxy,
  more: ["_take", GIVE_BACK],
  waits: { _take: taking, acquire: first },
};
const queue = {
  proxyType: QueueProxy,
  more: [GIVE_BACK],
  waits: { get: getting, put: putting, join: flag },
};
const work: WaitFacts = { at: 2, late };
const pool = {
  apply: work,
  applyAsync: work,
  map: work,
  mapAsync: work,
  starmap: work,
  starmapAsync: work,
  imap: work,
  imapUnordered: work,
  join: flag,
};

const types: Readonly<Record<string, Type>> = {
  list: { made: ManagedList, proxyType: CollectionProxy },
  dict: { made: ManagedDict, proxyType: DictProxy },
  set: { made: ManagedSet, proxyType: CollectionProxy },
  Namespace: { made: ManagedNamespace, proxyType: BaseProxy },
  Value: { made: ManagedValue, proxyType: BaseProxy },
  Array: { made: ManagedArray, proxyType: CollectionProxy },
  Queue: { made: ManagedQueue, ...queue },
  JoinableQueue: { made: ManagedQueue, ...queue },
  SimpleQueue: { made: ManagedQueue, ...queue },
  LifoQueue: { made: ManagedLifoQueue, ...queue },
  PriorityQueue: { made: ManagedPriorityQueue, ...queue },
  Lock: { made: ManagedLock, ...lock },
  RLock: { made: ManagedRLock, ...lock },
  Semaphore: { made: ManagedSemaphore, ...lock },
  BoundedSemaphore: { made: ManagedBoundedSemaphore, ...lock },
  Condition: {
    made: ManagedCondition,
    ...lock,
    proxyType: ConditionProxy,
    waits: { ...lock.waits, wait: first },
  },
  Event: { made: ManagedEvent, proxyType: BaseProxy, waits: { wait: flag } },
  Barrier: { made: ManagedBarrier, proxyType: BaseProxy, waits: { wait: meeting } },
  Pool: {
    made: ManagedPool,
    factory: (...args) => ManagedPool.make(...args),
    proxyType: PoolProxy,
    waits: pool,
  },
  AsyncResult: {
    made: ManagedResult,
    proxyType: BaseProxy,
    waits: { get: { at: 0, late }, wait: { at: 0, late: () => {} } },
  },
};

const segments = { factory: Segments, exposed: ["memory", "list"] };
const entries = new Map<string, TypeEntry>();
const byClass = new Map<object, string>();
for (const [typeId, { made, factory }] of Object.entries(types)) {
  entries.set(typeId, {
    factory: factory ?? (made as Factory),
    exposed: exposedOf(typeId),
    methodToTypeId: undefined,
    proxyType: undefined,
    isBuiltIn: true,
  });
  if (!byClass.has(made.prototype)) byClass.set(made.prototype, typeId);
}

/** What a server makes beside the types that users register. */
export type BuiltIn = "sync" | "memory" | "none";

export function addBuiltIn(registry: Registry, builtIn: BuiltIn): void {
  if (builtIn === "memory") registry.set("Segments", { ...entries.get("list")!, ...segments });
  if (builtIn !== "sync") return;
  for (const [typeId, entry] of entries) if (!registry.has(typeId)) registry.set(typeId, entry);
}

/** The type of an object of one of the classes here, whoever made it. */
export function syncTypeOf(object: object): { typeId: string; type: TypeEntry } | undefined {
  const typeId = byClass.get(Object.getPrototypeOf(object) as object);
  return typeId === undefined ? undefined : { typeId, type: entries.get(typeId)! };
}

/** The classes behind the proxies of `SyncManager`, by the names of its creators. */
export interface Managed {
  /** Behind a `ListProxy`. */
  readonly list: typeof ManagedList;
  /** Behind a `DictProxy`. */
  readonly dict: typeof ManagedDict;
  /** Behind a `SetProxy`. */
  readonly set: typeof ManagedSet;
  /** Behind a `NamespaceProxy`. */
  readonly Namespace: typeof ManagedNamespace;
  /** Behind a `ValueProxy`. */
  readonly Value: typeof ManagedValue;
  /** Behind an `ArrayProxy`. */
  readonly Array: typeof ManagedArray;
  /** Behind a `QueueProxy`: first in, first out. */
  readonly Queue: typeof ManagedQueue;
  /** Behind a `QueueProxy`: last in, first out. */
  readonly LifoQueue: typeof ManagedLifoQueue;
  /** Behind a `QueueProxy`: lowest first. */
  readonly PriorityQueue: typeof ManagedPriorityQueue;
  /** Behind a `LockProxy`: in the server itself there is no `hold`. */
  readonly Lock: typeof ManagedLock;
  /** Behind an `RLockProxy`. */
  readonly RLock: typeof ManagedRLock;
  /** Behind a `SemaphoreProxy`. */
  readonly Semaphore: typeof ManagedSemaphore;
  /** Behind a `SemaphoreProxy` that never has more permits than at first. */
  readonly BoundedSemaphore: typeof ManagedBoundedSemaphore;
  /** Behind a `ConditionProxy`. */
  readonly Condition: typeof ManagedCondition;
  /** Behind an `EventProxy`. */
  readonly Event: typeof ManagedEvent;
  /** Behind a `BarrierProxy`. */
  readonly Barrier: typeof ManagedBarrier;
}

/**
 * The classes of what `SyncManager` makes, for servers that make such objects themselves: to hand
 * out the same lock or queue to all clients, or to have one inside an object of another type.
 */
export const managed: Managed = {
  list: ManagedList,
  dict: ManagedDict,
  set: ManagedSet,
  Namespace: ManagedNamespace,
  Value: ManagedValue,
  Array: ManagedArray,
  Queue: ManagedQueue,
  LifoQueue: ManagedLifoQueue,
  PriorityQueue: ManagedPriorityQueue,
  Lock: ManagedLock,
  RLock: ManagedRLock,
  Semaphore: ManagedSemaphore,
  BoundedSemaphore: ManagedBoundedSemaphore,
  Condition: ManagedCondition,
  Event: ManagedEvent,
  Barrier: ManagedBarrier,
};

function exposedOf(typeId: string): string[] {
  const { made, more = [] } = types[typeId]!;
  const { methods, properties } = exposureOf(made.prototype);
  return [...methods, ...more, ...properties];
}

for (const [typeId, { made, proxyType, more = [], waits = {} }] of Object.entries(types)) {
  const { methods, properties } = exposureOf(made.prototype);
  registerFace(typeId, {
    proxyType,
    exposure: { methods: [...methods, ...more], properties },
    waits: new Map(Object.entries(waits)),
  });
}
registerFace("Iterator", {
  proxyType: IteratorProxy,
  exposure: { methods: iteratorType.exposed ?? [], properties: [] },
  waits: new Map(),
});
