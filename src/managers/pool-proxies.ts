/** The types of the proxies of pools, and of what comes of work given to them. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import type { ApplyOptions, ImapOptions, MapOptions } from "../pool/options.ts";
import type { ProxyObject, RemoteIterator, RemoteProperty } from "./proxied.ts";
import type { Items } from "./sync-proxies.ts";

type Mapped<T, R> = (item: T) => R | Promise<R>;
type Spread<A extends unknown[], R> = (...args: A) => R | Promise<R>;

/** A pool in the server; its workers are processes of the server's. */
export interface PoolProxy extends ProxyObject, AsyncDisposable {
  /** Calls `fn(...args)` in a worker; functions in `options` run in the server. */
  apply<A extends unknown[], R>(fn: Spread<A, R>, args?: A, options?: ApplyOptions<R>): Promise<R>;
  /** `apply`, blocking this thread. */
  applySync<A extends unknown[], R>(fn: Spread<A, R>, args?: A, options?: ApplyOptions<R>): R;
  /** `apply`, answering a proxy of what the result will be in. */
  applyAsync<A extends unknown[], R>(
    fn: Spread<A, R>,
    args?: A,
    options?: ApplyOptions<R>,
  ): Promise<ResultProxy<R>>;
  /** Calls `fn(item)` for each item, and gives the results in order. */
  map<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: MapOptions<R>): Promise<R[]>;
  /** `map`, blocking this thread. */
  mapSync<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: MapOptions<R>): R[];
  /** `map`, answering a proxy of what the results will be in. */
  mapAsync<T, R>(
    fn: Mapped<T, R>,
    items: Items<T>,
    options?: MapOptions<R>,
  ): Promise<ResultProxy<R[]>>;
  /** `map` for functions of several arguments: each item is their tuple. */
  starmap<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): Promise<R[]>;
  /** `starmap`, blocking this thread. */
  starmapSync<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): R[];
  /** `starmap`, answering a proxy of what the results will be in. */
  starmapAsync<A extends unknown[], R>(
    fn: Spread<A, R>,
    items: Items<A>,
    options?: MapOptions<R>,
  ): Promise<ResultProxy<R[]>>;
  /** Gives the results one by one, in order; the items are sent as a whole. */
  imap<T, R>(fn: Mapped<T, R>, items: Items<T>, options?: ImapOptions): Promise<RemoteIterator<R>>;
  /** `imap` in the order in which the results come. */
  imapUnordered<T, R>(
    fn: Mapped<T, R>,
    items: Items<T>,
    options?: ImapOptions,
  ): Promise<RemoteIterator<R>>;
  /** Takes no more work; what there is will be done. */
  close(): Promise<void>;
  /** Stops the workers at once; work that has not ended fails with a CancelledError. */
  terminate(): Promise<void>;
  /**
   * Waits until the workers have ended; false when the time is over first.
   * @throws StateError before `close` or `terminate`
   */
  join(wait?: Wait): Promise<boolean>;
  /** `join`, blocking this thread. */
  joinSync(wait?: SyncWait): boolean;
}

/** Work that goes on in a manager's pool. */
export interface ResultProxy<R> extends ProxyObject {
  /**
   * The result.
   * @throws the error of the function; TimeoutError, after which the work goes on; CancelledError
   */
  get(wait?: Wait): Promise<R>;
  /** `get`, blocking this thread. */
  getSync(wait?: SyncWait): R;
  /** Waits until it is there, or until the time is over. */
  wait(wait?: Wait): Promise<void>;
  /** `wait`, blocking this thread. */
  waitSync(wait?: SyncWait): void;
  /** Whether it is there, as a result or as an error. */
  readonly ready: RemoteProperty<boolean>;
  /** Whether it is there without an error. Rejects with a StateError before. */
  readonly successful: RemoteProperty<boolean>;
  /** Drops the work, or stops it where it runs; false when it had ended. */
  cancel(): Promise<boolean>;
}
