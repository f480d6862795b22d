/**
 * What a function that runs elsewhere gives in the end: promises are awaited, and generators are
 * run until they return.
 */
export type Returned<R> =
  Awaited<R> extends Generator<unknown, infer T, never> | AsyncGenerator<unknown, infer T, never>
    ? Awaited<T>
    : Awaited<R>;
