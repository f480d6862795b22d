/** The types of the proxies that `SyncManager` gives. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import type { ItemOf, TypeCode } from "../channels/type-codes.ts";
import type { ApplyOptions, ImapOptions, MapOptions } from "../pool/options.ts";
import type { Passed, Proxied, ProxyObject, RemoteIterator, RemoteProperty } from "./proxied.ts";
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

/** What gives items: also a collection of a manager, of this one or another. */
export type Items<T> = Iterable<T> | (AsyncIterable<T> & ProxyObject);

export type ListProxy<T> = Omit<Proxied<ManagedList<T>>, keyof ListFunctions<T>> &
  ListFunctions<T> &
  AsyncIterable<T> &
  ProxyObject;
export type DictProxy<K, V> = Omit<Proxied<ManagedDict<K, V>>, keyof DictFunctions<K, V>> &
  DictFunctions<K, V> &
  AsyncIterable<[K, V]> &
  ProxyObject;
export type SetProxy<T> = Omit<Proxied<ManagedSet<T>>, keyof SetFunctions<T>> &
  SetFunctions<T> &
  AsyncIterable<T> &
  ProxyObject;
export type NamespaceProxy<T extends object> = Omit<
  Proxied<ManagedNamespace<T>>,
  keyof NamespaceAccess<T>
> &
  NamespaceAccess<T> &
  ProxyObject;
export type ValueProxy<C extends TypeCode> = Proxied<ManagedValue<C>>;
export type ArrayProxy<C extends TypeCode> = Omit<
  Proxied<ManagedArray<C>>,
  keyof ArrayFunctions<C>
> &
  ArrayFunctions<C> &
  AsyncIterable<ItemOf<C>> &
  ProxyObject;
export type EventProxy = WithSignals<Proxied<ManagedEvent>, "wait">;
export type BarrierProxy = WithSignals<Proxied<ManagedBarrier>, "wait">;

/**
 * Functions that are given run in the server; what they answer decides what the call answers. Where
 * the list itself is answered, that is this proxy.
 */
interface ListFunctions<T> {
  sort(order?: (a: T, b: T) => number): Promise<ListProxy<T>>;
  sortSync(order?: (a: T, b: T) => number): ListProxy<T>;
  reverse(): Promise<ListProxy<T>>;
  reverseSync(): ListProxy<T>;
  fill(item: Passed<T>, start?: number, end?: number): Promise<ListProxy<T>>;
  fillSync(item: Passed<T>, start?: number, end?: number): ListProxy<T>;
  copyWithin(target: number, start: number, end?: number): Promise<ListProxy<T>>;
  copyWithinSync(target: number, start: number, end?: number): ListProxy<T>;
  map<R>(visit: (item: T, index: number) => R): Promise<R[]>;
  mapSync<R>(visit: (item: T, index: number) => R): R[];
  flatMap<R>(visit: (item: T, index: number) => R | readonly R[]): Promise<R[]>;
  flatMapSync<R>(visit: (item: T, index: number) => R | readonly R[]): R[];
  reduce(combine: (sum: T, item: T, index: number) => T): Promise<T>;
  reduce<R>(combine: (sum: R, item: T, index: number) => R, initial: R): Promise<R>;
  reduceSync(combine: (sum: T, item: T, index: number) => T): T;
  reduceSync<R>(combine: (sum: R, item: T, index: number) => R, initial: R): R;
  reduceRight(combine: (sum: T, item: T, index: number) => T): Promise<T>;
  reduceRight<R>(combine: (sum: R, item: T, index: number) => R, initial: R): Promise<R>;
  reduceRightSync(combine: (sum: T, item: T, index: number) => T): T;
  reduceRightSync<R>(combine: (sum: R, item: T, index: number) => R, initial: R): R;
}

interface DictFunctions<K, V> {
  set(key: Passed<K>, value: Passed<V>): Promise<DictProxy<K, V>>;
  setSync(key: Passed<K>, value: Passed<V>): DictProxy<K, V>;
}

interface SetFunctions<T> {
  add(item: Passed<T>): Promise<SetProxy<T>>;
  addSync(item: Passed<T>): SetProxy<T>;
}

interface ArrayFunctions<C extends TypeCode> {
  fill(item: ItemOf<C>, start?: number, end?: number): Promise<ArrayProxy<C>>;
  fillSync(item: ItemOf<C>, start?: number, end?: number): ArrayProxy<C>;
}

/** What a name has for a value is known by the name. */
interface NamespaceAccess<T> {
  get<K extends keyof T & string>(name: K): Promise<T[K]>;
  getSync<K extends keyof T & string>(name: K): T[K];
  set<K extends keyof T & string>(name: K, value: T[K]): Promise<void>;
  setSync<K extends keyof T & string>(name: K, value: T[K]): void;
}

/** Waits take a signal on this side. */
type WithSignals<P, K extends keyof P> = Omit<P, K> & {
  readonly [N in K]: P[N] extends (wait?: SyncWait) => infer R ? (wait?: Wait) => R : never;
} & ProxyObject;

/** The waits of a queue take a signal. */
interface QueueWaits<T> extends AsyncIterable<T> {
  get(wait?: Wait): Promise<T>;
  getSync(wait?: SyncWait): T;
  put(item: T, wait?: Wait): Promise<void>;
  putSync(item: T, wait?: SyncWait): void;
  join(wait?: Wait): Promise<boolean>;
  joinSync(wait?: SyncWait): boolean;
}

export type QueueProxy<T> = Omit<
  Proxied<ManagedQueue<T>>,
  "get" | "getSync" | "put" | "putSync" | "join" | "joinSync"
> &
  QueueWaits<T> &
  ProxyObject;

type Mapped<T, R> = (item: T) => R | Promise<R>;
type Spread<A extends unknown[], R> = (...args: A) => R | Promise<R>;

/** A pool in the server; its workers are processes of the server's. */
export interface PoolProxy extends ProxyObject, AsyncDisposable {
  apply<A extends unknown[], R>(fn: Spread<A, R>, args?: A, options?: ApplyOptions<R>): Promise<R>;
  applySync<A extends unknown[], R>(fn: Spread<A, R>, args?: A, options?: ApplyOptions<R>): R;
  applyAsync<A extends unknown[], R>(
    fn: Spread<A, R>,
    args?: A,
    options?: ApplyOptions<R>,
  ): Promise<ResultProxy<R>>;
  map<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: MapOptions<R>): Promise<R[]>;
  mapSync<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: MapOptions<R>): R[];
  mapAsync<T, R>(
    fn: Mapped<T, R>,
    items: Items<T>,
    options?: MapOptions<R>,
  ): Promise<ResultProxy<R[]>>;
  starmap<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): Promise<R[]>;
  starmapSync<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): R[];
  starmapAsync<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): Promise<ResultProxy<R[]>>;
  imap<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: ImapOptions): Promise<RemoteIterator<R>>;
  imapUnordered<T, R>(
    fn: Mapped<T, R>,
    items: Items<T>,
    options?: ImapOptions,
  ): Promise<RemoteIterator<R>>;
  close(): Promise<void>;
  terminate(): Promise<void>;
  join(wait?: Wait): Promise<boolean>;
  joinSync(wait?: SyncWait): boolean;
}

/** Work that goes on in a manager's pool. */
export interface ResultProxy<R> extends ProxyObject {
  get(wait?: Wait): Promise<R>;
  getSync(wait?: SyncWait): R;
  wait(wait?: Wait): Promise<void>;
  waitSync(wait?: SyncWait): void;
  readonly ready: RemoteProperty<boolean>;
  readonly successful: RemoteProperty<boolean>;
  cancel(): Promise<boolean>;
}

/** The forms of taking a lock that give it back by themselves. */
interface Holds {
  acquire(wait?: Wait): Promise<boolean>;
  acquireSync(wait?: SyncWait): boolean;
  hold(wait?: Wait): Promise<RemoteGuard>;
  holdSync(wait?: SyncWait): RemoteGuard;
  run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R>;
  runSync<R>(fn: () => R, wait?: SyncWait): R;
}

type Held<T> = Omit<Proxied<T>, "acquire" | "acquireSync"> & Holds & ProxyObject;

export type LockProxy = Held<ManagedLock>;
export type RLockProxy = Held<ManagedRLock>;
export type SemaphoreProxy = Held<ManagedSemaphore>;

export type ConditionProxy = WithSignals<Held<ManagedCondition>, "wait"> & {
  waitFor(predicate: () => unknown, wait?: Wait): Promise<boolean>;
  waitForSync(predicate: () => unknown, wait?: SyncWait): boolean;
};
