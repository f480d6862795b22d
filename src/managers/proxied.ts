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

type IsAny<T> = 0 extends 1 & T ? true : false;

/** What gives one value after the other, sync or not; collections do not, and are copied. */
type AnyIterator = { next(...args: never[]): unknown } & (
  | Iterable<unknown>
  | AsyncIterable<unknown>
);

type Iterated<R> = R extends Iterable<infer V> | AsyncIterable<infer V> ? V : never;

/** A method that answers the object itself answers its proxy; an iterator stays in the server. */
type Result<T, R, Self> =
  IsAny<R> extends true
    ? R
    : [Awaited<R>] extends [never]
      ? never
      : [Awaited<R>, T] extends [T, Awaited<R>]
        ? Self
        : Awaited<R> extends AnyIterator
          ? RemoteIterator<Iterated<Awaited<R>>>
          : Awaited<R>;

/** How a method is called from afar: for a promise, or (`Now`) blocking the thread. */
type Call<T, A extends unknown[], R, Now> = (
  ...args: Args<A>
) => Now extends true ? Result<T, R, Proxied<T>> : Promise<Result<T, R, Proxied<T>>>;

/**
 * The same for each of up to four overloads. Inference alone sees the last; asked for four, it
 * gives the first again for those that are missing (before TypeScript 5.3 nothing, so the last).
 */
type Calls<T, F, Now> = F extends (...args: infer A) => infer R
  ? ((...args: A) => R) extends F
    ? Call<T, A, R, Now>
    : F extends {
          (...args: infer A1): infer R1;
          (...args: infer A2): infer R2;
          (...args: infer A3): infer R3;
          (...args: infer A4): infer R4;
        }
      ? unknown[] extends A1
        ? Call<T, A, R, Now>
        : Call<T, A1, R1, Now> & Call<T, A2, R2, Now> & Call<T, A3, R3, Now> & Call<T, A4, R4, Now>
      : Call<T, A, R, Now>
  : never;

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

/** An iterator in the server, asked for one value after the other. */
export interface RemoteIterator<V> extends AsyncIterable<V>, ProxyObject {
  /** The next value; `value` is what a generator's `yield` gives. @throws what it throws there */
  next(value?: unknown): Promise<IteratorResult<V>>;
  /** `next`, blocking this thread. */
  nextSync(value?: unknown): IteratorResult<V>;
  /** Ends it before its end. */
  return(value?: unknown): Promise<IteratorResult<V>>;
  /** `return`, blocking this thread. */
  returnSync(value?: unknown): IteratorResult<V>;
}

/**
 * An object of class `T` in a manager's server, as its clients see it: every method of `T` returns
 * a promise, and has a twin with `Sync` after its name that blocks the thread. So do properties;
 * plain fields only where `register` names them in `exposed`.
 */
export type Proxied<T> = {
  readonly [K in MethodNames<T> & keyof T]: Calls<T, T[K], false>;
} & {
  readonly [K in MethodNames<T> & keyof T & string as `${K}Sync`]: Calls<T, T[K], true>;
} & {
  readonly [K in PropertyNames<T> & keyof T]: RemoteProperty<T[K]>;
} & {
  readonly [K in PropertyNames<T> & keyof T & string as `${K}Sync`]: RemotePropertySync<T[K]>;
} & ProxyObject;
