/** Types of proxies: what becomes of an object's methods when they are called from elsewhere. */

/** An argument: the value itself, or a proxy of such an object of the same server. */
export type Passed<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends object
    ? T | Proxied<T>
    : T;

type Method = (...args: never[]) => unknown;

/** A proxy has no `then` by that name: it could not be awaited. */
type Unnamed = `_${string}` | "toString" | "then";
type Public<K> = K extends string ? (K extends Unnamed ? never : K) : never;

type MethodNames<T> = { [K in keyof T]-?: T[K] extends Method ? Public<K> : never }[keyof T];
type PropertyNames<T> = { [K in keyof T]-?: T[K] extends Method ? never : Public<K> }[keyof T];

type Args<A extends unknown[]> = { [I in keyof A]: Passed<A[I]> };

/** A method that answers the object itself answers its proxy. */
type Result<T, R, Self> = [Awaited<R>] extends [T]
  ? [T] extends [Awaited<R>]
    ? Self
    : Awaited<R>
  : Awaited<R>;

/** A property: `await p.size` and `await p.size()` read, `await p.size(value)` writes. */
export interface RemoteProperty<V> extends PromiseLike<V> {
  (): Promise<V>;
  (value: V): Promise<void>;
}

/** Its blocking twin. */
export interface RemotePropertySync<V> {
  (): V;
  (value: V): void;
}

/** What every proxy has. */
export interface ProxyObject extends Disposable {
  /** The kind, the type, the number and the server; the object itself is not asked. */
  toString(): string;
}

/**
 * An object of class `T` in a manager's server, as its clients see it: every method of `T` returns
 * a promise, and has a twin with `Sync` after its name that blocks the thread.
 */
export type Proxied<T> = {
  readonly [K in MethodNames<T> & keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: Args<A>) => Promise<Result<T, R, Proxied<T>>>
    : never;
} & {
  readonly [K in MethodNames<T> & keyof T & string as `${K}Sync`]: T[K] extends (
    ...args: infer A
  ) => infer R
    ? (...args: Args<A>) => Result<T, R, Proxied<T>>
    : never;
} & {
  readonly [K in PropertyNames<T> & keyof T]: RemoteProperty<T[K]>;
} & {
  readonly [K in PropertyNames<T> & keyof T & string as `${K}Sync`]: RemotePropertySync<T[K]>;
} & ProxyObject;
