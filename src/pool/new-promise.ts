/** Promises that others settle, without a closure for each: a million may wait. */

/** What settles the promise that was made last; to be kept before another is made. */
export const last: {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
} = { resolve: () => {}, reject: () => {} };

const capture = (resolve: typeof last.resolve, reject: typeof last.reject): void => {
  last.resolve = resolve;
  last.reject = reject;
};

export function newPromise<R>(): Promise<R> {
  return new Promise<unknown>(capture) as Promise<R>;
}
