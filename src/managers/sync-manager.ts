/** `SyncManager`, whose server makes lists, dictionaries, locks and queues; and `Manager`. */
import { BaseManager } from "./base-manager.ts";
import type { ManagerOptions } from "./manager-options.ts";
import type { ItemOf, TypeCode } from "../channels/shared-data/type-codes.ts";
import { itemsToSend } from "./given-items.ts";
import type { PoolOptions } from "../pool/pool-options.ts";
import { BaseProxy } from "./proxy.ts";
import type { BuiltIn } from "./types/all.ts";
import type * as proxies from "./sync-proxies.ts";
import type { ManagedBarrierOptions } from "./types/barrier.ts";
import { isIterable } from "./types/contents.ts";

/**
 * A manager that can make collections, values, queues, locks and pools. They live in its server,
 * and go on living as long as anybody has a proxy of them; a call of a proxy is one step for all
 * clients.
 */
export class SyncManager extends BaseManager {
  protected override get builtIn(): BuiltIn {
    return "sync";
  }

  async #made<P>(typeId: string, ...args: unknown[]): Promise<P> {
    return (await this.create(typeId, args)) as P;
  }

  /** Makes what holds these items. @throws TypeError for what cannot be iterated over */
  async #filled<P>(typeId: string, given: unknown, ...args: unknown[]): Promise<P> {
    const items = itemsToSend(given, this.serverId, typeId);
    // Nothing is awaited where they are here: calls are sent in the order they are made.
    return this.#made(typeId, ...args, items instanceof Promise ? await items : items);
  }

  /** A list, with Array's vocabulary. */
  list<T = unknown>(items: proxies.Items<T> = []): Promise<proxies.ListProxy<T>> {
    return this.#filled("list", items);
  }

  /** A dictionary, with Map's vocabulary. */
  dict<K = unknown, V = unknown>(
    entries?: proxies.Items<readonly [K, V]>,
  ): Promise<proxies.DictProxy<K, V>>;
  dict<V>(fields: Readonly<Record<string, V>>): Promise<proxies.DictProxy<string, V>>;
  dict<K extends string, V>(
    fields: Readonly<Partial<Record<K, V>>>,
  ): Promise<proxies.DictProxy<K, V>>;
  dict(entries?: object): Promise<unknown> {
    if (entries === undefined) return this.#made("dict");
    const arePairs = entries instanceof BaseProxy || isIterable(entries);
    // A Map crosses as it is, and so do the fields of an object.
    if (!arePairs || entries instanceof Map) return this.#made("dict", entries);
    return this.#filled("dict", entries);
  }

  /** A set, with Set's vocabulary. */
  set<T = unknown>(items: proxies.Items<T> = []): Promise<proxies.SetProxy<T>> {
    return this.#filled("set", items);
  }

  /** Named values. */
  Namespace<T extends object = Record<string, unknown>>(
    fields?: T,
  ): Promise<proxies.NamespaceProxy<T>> {
    return this.#made("Namespace", ...(fields === undefined ? [] : [fields]));
  }

  /** A single number or character of a type code; zero unless given. */
  Value<C extends TypeCode>(code: C, initial?: ItemOf<C>): Promise<proxies.ValueProxy<C>> {
    return this.#made("Value", code, ...(initial === undefined ? [] : [initial]));
  }

  /** Numbers or characters of a type code, as many as asked for, for good. */
  Array<C extends TypeCode>(
    code: C,
    sizeOrItems: number | proxies.Items<ItemOf<C>>,
  ): Promise<proxies.ArrayProxy<C>> {
    if (typeof sizeOrItems === "number") return this.#made("Array", code, sizeOrItems);
    return this.#filled("Array", sizeOrItems, code);
  }

  /** First in, first out; `maxSize` 0 means no limit. */
  Queue<T = unknown>(maxSize = 0): Promise<proxies.QueueProxy<T>> {
    return this.#made("Queue", maxSize);
  }

  /** The same as `Queue`, which can be joined too. */
  JoinableQueue<T = unknown>(maxSize = 0): Promise<proxies.QueueProxy<T>> {
    return this.#made("JoinableQueue", maxSize);
  }

  /** A queue without a limit. */
  SimpleQueue<T = unknown>(): Promise<proxies.QueueProxy<T>> {
    return this.#made("SimpleQueue");
  }

  /** Last in, first out; `maxSize` 0 means no limit. */
  LifoQueue<T = unknown>(maxSize = 0): Promise<proxies.QueueProxy<T>> {
    return this.#made("LifoQueue", maxSize);
  }

  /** Lowest first, in the natural order; `maxSize` 0 means no limit. */
  PriorityQueue<T = unknown>(maxSize = 0): Promise<proxies.QueueProxy<T>> {
    return this.#made("PriorityQueue", maxSize);
  }

  /** Mutual exclusion between clients; given back when the one who holds it is gone. */
  Lock(options?: {
    /** Shown in messages; one made of its kind and a number when left out. */
    name?: string;
  }): Promise<proxies.LockProxy> {
    return this.#made("Lock", ...(options === undefined ? [] : [options]));
  }

  /** A lock that its owner may take again. */
  RLock(options?: {
    /** Shown in messages; one made of its kind and a number when left out. */
    name?: string;
  }): Promise<proxies.RLockProxy> {
    return this.#made("RLock", ...(options === undefined ? [] : [options]));
  }

  /** Permits, `value` at first; those of a client that is gone come back. */
  Semaphore(value = 1): Promise<proxies.SemaphoreProxy> {
    return this.#made("Semaphore", value);
  }

  /** A semaphore that never has more permits than at first. */
  BoundedSemaphore(value = 1): Promise<proxies.SemaphoreProxy> {
    return this.#made("BoundedSemaphore", value);
  }

  /** @param lock a Lock or RLock of this manager; an RLock of its own when left out */
  Condition(lock?: proxies.LockProxy | proxies.RLockProxy): Promise<proxies.ConditionProxy> {
    return this.#made("Condition", ...(lock === undefined ? [] : [lock]));
  }

  /** A pool whose workers are processes of the server's. */
  Pool(options?: number | PoolOptions): Promise<proxies.PoolProxy> {
    return this.#made("Pool", ...(options === undefined ? [] : [options]));
  }

  /** A flag to wait for, down at first. */
  Event(): Promise<proxies.EventProxy> {
    return this.#made("Event");
  }

  /** A meeting point of `parties` clients. @throws RangeError for fewer than one */
  Barrier(parties: number, options?: ManagedBarrierOptions): Promise<proxies.BarrierProxy> {
    return this.#made("Barrier", parties, ...(options === undefined ? [] : [options]));
  }
}

/** A started `SyncManager`. */
export async function Manager(options?: ManagerOptions): Promise<SyncManager> {
  return await new SyncManager(options).start();
}
