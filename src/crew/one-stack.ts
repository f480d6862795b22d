/**
 * Errors that are made many at a time, for everything that ends by one call. Capturing a stack is
 * most of what an error costs, and theirs would all be the same: it is captured once.
 */
import { withoutStack } from "../core/without-stack.ts";

/** Makes errors with `make`, each with the stack of this very call. */
export function withOneStack<A, E extends Error>(make: (about: A) => E): (about: A) => E {
  const frames = framesHere();
  return (about) => {
    const error = withoutStack(() => make(about));
    // Two strings that are joined when somebody looks: a million errors share the frames.
    error.stack = `${error.name}: ${error.message}` + frames;
    return error;
  };
}

/** The caller's stack, as it follows the message of an error. */
function framesHere(): string {
  const here = new Error();
  Error.captureStackTrace(here, withOneStack);
  const stack = String(here.stack);
  const start = stack.indexOf("\n");
  return start < 0 ? "" : stack.slice(start);
}
