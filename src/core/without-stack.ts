/** What makes an error, without what costs most of it: capturing its stack. */
export const withoutStack = <R>(make: () => R): R => withStack(0, make);

/** What makes an error, with so many frames of its stack. */
export function withStack<R>(frames: number, make: () => R): R {
  const limit = Error.stackTraceLimit;
  // Where the limit is frozen, the usual number is captured.
  Reflect.set(Error, "stackTraceLimit", frames);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}
