/** A function that can run elsewhere. */
export type Fn<A extends unknown[], R> = (...args: A) => R | Promise<R>;

/**
 * What such a function gives in the end: promises are awaited, and generators are run until they
 * return.
 */
export type Returned<R> = [R] extends [never]
  ? never
  : Awaited<R> extends Generator<unknown, infer T, never> | AsyncGenerator<unknown, infer T, never>
    ? Awaited<T>
    : Awaited<R>;
