/** The types of SyncManager: their classes in the server, and their proxies. */
import { exposureOf } from "../exposure.ts";
import { BaseProxy } from "../proxy.ts";
import { registerFace } from "../proxy-class.ts";
import type { Factory, ProxyType, Registry } from "../registry.ts";
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
import { ManagedLock, ManagedRLock } from "./lock.ts";
import { LockProxy } from "./lock-proxy.ts";
import { ManagedNamespace } from "./namespace.ts";
import { ManagedLifoQueue, ManagedPriorityQueue, ManagedQueue } from "./queue.ts";
import { QueueProxy } from "./queue-proxy.ts";
import { ManagedBoundedSemaphore, ManagedSemaphore } from "./semaphore.ts";
import { ManagedSet } from "./set.ts";
import { ManagedValue } from "./value.ts";

interface Type {
  readonly made: Factory & { readonly prototype: object };
  readonly proxyType: ProxyType;
  /** Methods that proxies of their own class use. */
  readonly more?: readonly string[];
}

const lock = { proxyType: LockProxy, more: ["_take"] };
const queue = { proxyType: QueueProxy };

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
  Condition: { made: ManagedCondition, ...lock, proxyType: ConditionProxy },
  Event: { made: ManagedEvent, proxyType: BaseProxy },
  Barrier: { made: ManagedBarrier, proxyType: BaseProxy },
};

/** Adds the types of SyncManager to what a server makes. */
export function addSyncTypes(registry: Registry): void {
  for (const [typeId, { made }] of Object.entries(types)) {
    if (registry.has(typeId)) continue;
    registry.set(typeId, {
      factory: made,
      exposed: exposedOf(typeId),
      methodToTypeId: undefined,
      proxyType: undefined,
      isBuiltIn: true,
    });
  }
}

function exposedOf(typeId: string): string[] {
  const { made, more = [] } = types[typeId]!;
  const { methods, properties } = exposureOf(made.prototype);
  return [...methods, ...more, ...properties];
}

for (const [typeId, { made, proxyType, more = [] }] of Object.entries(types)) {
  const { methods, properties } = exposureOf(made.prototype);
  registerFace(typeId, { proxyType, exposure: { methods: [...methods, ...more], properties } });
}
registerFace("Iterator", {
  proxyType: IteratorProxy,
  exposure: { methods: iteratorType.exposed ?? [], properties: [] },
});
