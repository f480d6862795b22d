/**
 * What the compiler can say about crossing. It rejects what certainly cannot: everything else is
 * decided at the call, where the values are known.
 */

/** Told apart from Map and Set, which have the same methods and more, by having no size. */
type Sizeless<T> = T extends { readonly size: unknown } ? never : T;

type IsAny<T> = 0 extends 1 & T ? true : false;

/** The part of `T` that certainly cannot cross to another thread or process. */
type Uncarriable<T> =
  T extends Promise<unknown>
    ? T
    : T extends WeakMap<infer _K, infer _V> | WeakSet<infer _T>
      ? Sizeless<T>
      : T extends WeakRef<infer _T>
        ? T
        : never;

/**
 * `T`, or a type that no value has and that says why, when a part of `T` certainly cannot cross:
 * a Promise, a WeakMap, a WeakSet, a WeakRef.
 */
export type Carriable<T> =
  IsAny<T> extends true
    ? T
    : [Uncarriable<T>] extends [never]
      ? T
      : { readonly "this cannot cross to another thread or process": Uncarriable<T> };

/** The same for a list of arguments. */
export type CarriableArgs<A extends readonly unknown[]> = { [I in keyof A]: Carriable<A[I]> };
