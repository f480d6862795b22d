/** The types of the proxies that `SyncManager` gives. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import type { ItemOf, TypeCode } from "../channels/shared-data/type-codes.ts";
import type { Passed, Proxied, ProxyObject } from "./proxied.ts";
import type { RemoteGuard } from "./remote-guard.ts";
import type { ManagedArray } from "./types/array.ts";
import type { ManagedBarrier } from "./types/barrier.ts";
import type { ManagedCondition } from "./types/condition.ts";
import type { ManagedDict } from "./types/dict.ts";
import type { ManagedEvent } from "./types/event.ts";
import type { ManagedList } from "./types/list.ts";
import type { ManagedLock, ManagedRLock } from "./types/lock.ts";
import type { ManagedNamespace } from "./types/namespace.ts";
import type { ManagedQueue } from "./types/queue.ts";
import type { ManagedSemaphore } from "./types/semaphore.ts";
import type { ManagedSet } from "./types/set.ts";
import type { ManagedValue } from "./types/value.ts";

export type { PoolProxy, ResultProxy } from "./pool-proxies.ts";

/** What gives items: also a collection of a manager, of this one or another. */
export type Items<T> = Iterable<T> | (AsyncIterable<T> & ProxyObject);

/**
 * A list in a manager's server: Array's methods and some of Python's, each as a promise and with a
 * `Sync` twin. What is answered is a copy, but for what are proxies in it.
 */
export type ListProxy<T> = Omit<Proxied<ManagedList<T>>, keyof ListFunctions<T>> &
  ListFunctions<T> &
  AsyncIterable<T> &
  ProxyObject;

/**
 * A dictionary in a manager's server: Map's methods and some of Python's, each as a promise and
 * with a `Sync` twin; `for await` gives the pairs that there were.
 */
export type DictProxy<K, V> = Omit<Proxied<ManagedDict<K, V>>, keyof DictFunctions<K, V>> &
  DictFunctions<K, V> &
  AsyncIterable<[K, V]> &
  ProxyObject;

/**
 * A set in a manager's server: Set's methods and some of Python's, each as a promise and with a
 * `Sync` twin.
 */
export type SetProxy<T> = Omit<Proxied<ManagedSet<T>>, keyof SetFunctions<T>> &
  SetFunctions<T> &
  AsyncIterable<T> &
  ProxyObject;

/**
 * Values by name in a manager's server. Differs from Python: they are read by `get` and written by
 * `set`, not as fields.
 */
export type NamespaceProxy<T extends object> = Omit<
  Proxied<ManagedNamespace<T>>,
  keyof NamespaceAccess<T>
> &
  NamespaceAccess<T> &
  ProxyObject;

/** A single value in a manager's server; each method is one step for all clients. */
export type ValueProxy<C extends TypeCode> = Proxied<ManagedValue<C>>;

/** An array of one type and a fixed length in a manager's server. */
export type ArrayProxy<C extends TypeCode> = Omit<
  Proxied<ManagedArray<C>>,
  keyof ArrayFunctions<C>
> &
  ArrayFunctions<C> &
  AsyncIterable<ItemOf<C>> &
  ProxyObject;

/** A flag in a manager's server: `wait` goes on when it is up, with false when the time ran out. */
export type EventProxy = WithSignals<Proxied<ManagedEvent>, "wait">;

/** A meeting point of clients in a manager's server; one that is gone breaks it for all. */
export type BarrierProxy = WithSignals<Proxied<ManagedBarrier>, "wait">;

/**
 * Functions that are given run in the server; what they answer decides what the call answers. Where
 * the list itself is answered, that is this proxy.
 */
interface ListFunctions<T> {
  /** Sorts it in place; `order` runs in the server. */
  sort(order?: (a: T, b: T) => number): Promise<ListProxy<T>>;
  /** `sort`, blocking this thread. */
  sortSync(order?: (a: T, b: T) => number): ListProxy<T>;
  /** Reverses it in place. */
  reverse(): Promise<ListProxy<T>>;
  /** `reverse`, blocking this thread. */
  reverseSync(): ListProxy<T>;
  /** Replaces the items from `start` up to `end`, all unless given. */
  fill(item: Passed<T>, start?: number, end?: number): Promise<ListProxy<T>>;
  /** `fill`, blocking this thread. */
  fillSync(item: Passed<T>, start?: number, end?: number): ListProxy<T>;
  /** Copies the items from `start` up to `end` over those from `target` on. */
  copyWithin(target: number, start: number, end?: number): Promise<ListProxy<T>>;
  /** `copyWithin`, blocking this thread. */
  copyWithinSync(target: number, start: number, end?: number): ListProxy<T>;
  /** What `visit`, which runs in the server, answers for each item. */
  map<R>(visit: (item: T, index: number) => R): Promise<R[]>;
  /** `map`, blocking this thread. */
  mapSync<R>(visit: (item: T, index: number) => R): R[];
  /** As `map`, with the items of arrays in their place. */
  flatMap<R>(visit: (item: T, index: number) => R | readonly R[]): Promise<R[]>;
  /** `flatMap`, blocking this thread. */
  flatMapSync<R>(visit: (item: T, index: number) => R | readonly R[]): R[];
  /** Combines all items in the server. @throws TypeError without any, nor an `initial` */
  reduce(combine: (sum: T, item: T, index: number) => T): Promise<T>;
  reduce<R>(combine: (sum: R, item: T, index: number) => R, initial: R): Promise<R>;
  /** `reduce`, blocking this thread. */
  reduceSync(combine: (sum: T, item: T, index: number) => T): T;
  reduceSync<R>(combine: (sum: R, item: T, index: number) => R, initial: R): R;
  /** `reduce` from the last to the first. */
  reduceRight(combine: (sum: T, item: T, index: number) => T): Promise<T>;
  reduceRight<R>(combine: (sum: R, item: T, index: number) => R, initial: R): Promise<R>;
  /** `reduceRight`, blocking this thread. */
  reduceRightSync(combine: (sum: T, item: T, index: number) => T): T;
  reduceRightSync<R>(combine: (sum: R, item: T, index: number) => R, initial: R): R;
}

interface DictFunctions<K, V> {
  /** Sets the value of a key, and answers this proxy. */
  set(key: Passed<K>, value: Passed<V>): Promise<DictProxy<K, V>>;
  /** `set`, blocking this thread. */
  setSync(key: Passed<K>, value: Passed<V>): DictProxy<K, V>;
}

interface SetFunctions<T> {
  /** Adds an item, unless it is there, and answers this proxy. */
  add(item: Passed<T>): Promise<SetProxy<T>>;
  /** `add`, blocking this thread. */
  addSync(item: Passed<T>): SetProxy<T>;
}

interface ArrayFunctions<C extends TypeCode> {
  /** Replaces the items from `start` up to `end`, all unless given. */
  fill(item: ItemOf<C>, start?: number, end?: number): Promise<ArrayProxy<C>>;
  /** `fill`, blocking this thread. */
  fillSync(item: ItemOf<C>, start?: number, end?: number): ArrayProxy<C>;
}

/** What a name has for a value is known by the name. */
interface NamespaceAccess<T> {
  /** The value of a name. @throws ReferenceError when it has none */
  get<K extends keyof T & string>(name: K): Promise<T[K]>;
  /** `get`, blocking this thread. */
  getSync<K extends keyof T & string>(name: K): T[K];
  /** Sets the value of a name, for all. */
  set<K extends keyof T & string>(name: K, value: T[K]): Promise<void>;
  /** `set`, blocking this thread. */
  setSync<K extends keyof T & string>(name: K, value: T[K]): void;
}

/** Waits take a signal on this side. */
type WithSignals<P, K extends keyof P> = Omit<P, K> & {
  readonly [N in K]: P[N] extends (wait?: SyncWait) => infer R ? (wait?: Wait) => R : never;
} & ProxyObject;

/** The waits of a queue take a signal. */
interface QueueWaits<T> extends AsyncIterable<T> {
  /**
   * Takes the next item; waits while there is none.
   * @throws QueueEmpty when the time ran out, QueueShutDown when it was shut down and is empty, the
   * signal's reason
   */
  get(wait?: Wait): Promise<T>;
  /** `get`, blocking this thread. */
  getSync(wait?: SyncWait): T;
  /**
   * Adds an item; waits while the queue is full.
   * @throws QueueFull when the time ran out, QueueShutDown, the signal's reason
   */
  put(item: T, wait?: Wait): Promise<void>;
  /** `put`, blocking this thread. */
  putSync(item: T, wait?: SyncWait): void;
  /** Waits until every item that was put is done; false when the time ran out. */
  join(wait?: Wait): Promise<boolean>;
  /** `join`, blocking this thread. */
  joinSync(wait?: SyncWait): boolean;
}

/** A queue in a manager's server; `for await` takes items until it is shut down and empty. */
export type QueueProxy<T> = Omit<
  Proxied<ManagedQueue<T>>,
  "get" | "getSync" | "put" | "putSync" | "join" | "joinSync"
> &
  QueueWaits<T> &
  ProxyObject;

/** The forms of taking a lock that give it back by themselves. */
interface Holds {
  /** Waits until it is ours; false when the time ran out. */
  acquire(wait?: Wait): Promise<boolean>;
  /** `acquire`, blocking this thread. */
  acquireSync(wait?: SyncWait): boolean;
  /**
   * Waits until it is ours, and gives it back at the end of the block.
   * @throws TimeoutError when the time ran out, the signal's reason
   */
  hold(wait?: Wait): Promise<RemoteGuard>;
  /** `hold`, blocking this thread. */
  holdSync(wait?: SyncWait): RemoteGuard;
  /**
   * Runs `fn` here while it is ours, and gives it back however `fn` ends.
   * @throws TimeoutError when the time ran out, the signal's reason
   */
  run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R>;
  /** `run`, blocking this thread where it waits. */
  runSync<R>(fn: () => R, wait?: SyncWait): R;
}

type Held<T> = Omit<Proxied<T>, "acquire" | "acquireSync"> & Holds & ProxyObject;

/** A lock in a manager's server: each method a promise, with a `Sync` twin. */
export type LockProxy = Held<ManagedLock>;

/** A lock in a manager's server that its owner may take again. */
export type RLockProxy = Held<ManagedRLock>;

/** A counter of permits in a manager's server. */
export type SemaphoreProxy = Held<ManagedSemaphore>;

/** A condition in a manager's server, with the words of its lock. */
export type ConditionProxy = WithSignals<Held<ManagedCondition>, "wait"> & {
  /** Waits until `predicate`, which is asked here and under the lock, holds; what it said last. */
  waitFor(predicate: () => unknown, wait?: Wait): Promise<boolean>;
  /** `waitFor`, blocking this thread. */
  waitForSync(predicate: () => unknown, wait?: SyncWait): boolean;
};
