/**
 * The last resort for errors that reach nobody: failed tasks that were never looked at, callbacks
 * that throw.
 */
import { inspect } from "node:util";

/** What is known about such an error. */
export interface ExceptionContext {
  /** What happened. */
  readonly message: string;
  /** What was thrown; absent where it is only the message. */
  readonly exception?: unknown;
  /** The name of the task or future that is concerned. */
  readonly name?: string;
}

/** Is told of errors that reach nobody; what it throws becomes a warning. */
export type ExceptionHandler = (context: ExceptionContext) => void;

let handler: ExceptionHandler | null = null;

/** Replaces the handler; null brings the default back, which writes a warning. */
export function setExceptionHandler(replacement: ExceptionHandler | null): void {
  if (replacement !== null && typeof replacement !== "function")
    throw new TypeError("an exception handler must be a function or null");
  handler = replacement;
}

/** The handler that was set; null for the default one. */
export function getExceptionHandler(): ExceptionHandler | null {
  return handler;
}

/** Hands an error that reaches nobody to the handler. */
export function callExceptionHandler(context: ExceptionContext): void {
  const message: unknown = (context as Partial<ExceptionContext> | null | undefined)?.message;
  if (typeof message !== "string")
    throw new TypeError("an exception context must be an object such as { message, exception }");
  if (handler === null) return warnOf(context);
  try {
    handler(context);
  } catch (error) {
    warnOf({ message: "The exception handler of the event loop failed", exception: error });
    warnOf(context);
  }
}

function warnOf({ message, exception }: ExceptionContext): void {
  const [what, detail] =
    exception instanceof Error ? [String(exception), exception.stack] : [inspect(exception)];
  const said = exception === undefined ? message : `${message}: ${what}`;
  process.emitWarning(said, {
    type: "AsyncioWarning",
    code: "MANYHANDS_UNSEEN_ERROR",
    ...(detail === undefined ? {} : { detail }),
  });
}
