/** What makes an error, without what costs most of it: capturing its stack. */
export function withoutStack<R>(make: () => R): R {
  const limit = Error.stackTraceLimit;
  // Where the limit is frozen, the stack is captured all the same.
  Reflect.set(Error, "stackTraceLimit", 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, "stackTraceLimit", limit);
  }
}
