/** What goes wrong in tasks. */
import { connect } from "node:net";

/** Waits at a gate. */
export function wait(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.once("close", () => resolve("let go"));
  });
}

export const nothing = (): void => {};

export const identity = <T>(value: T): T => value;

export function leave(code: number): never {
  process.exit(code);
}

/** Ends while it runs, by an error that nobody catches. */
export function breakDown(): Promise<never> {
  setTimeout(() => {
    throw new RangeError("in a timer");
  }, 1);
  return new Promise(() => {});
}

/** The error comes when the answer is gone. */
export function breakDownLater(port: number): string {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.once("close", () => {
    throw new RangeError("after the answer");
  });
  return "answered";
}

export const makeAdder =
  (step: number): ((x: number) => number) =>
  (x) =>
    x + step;

export const applyTwice = (fn: (x: number) => number, x: number): number => fn(fn(x));

export function runForEver(port: number): never {
  connect(port, "127.0.0.1").on("error", () => {});
  // It looks at nothing, but the connection has to be made.
  setTimeout(() => {
    for (;;);
  }, 50);
  return new Promise(() => {}) as never;
}

export const uncodable = (): unknown => ({ inner: { map: new WeakMap() } });

export class QuotaError extends RangeError {
  override name = "QuotaError";
  readonly code = "E_QUOTA";
  readonly limit: number;
  constructor(limit: number, options?: ErrorOptions) {
    super(`more than ${limit}`, options);
    this.limit = limit;
  }
}

export function exceedQuota(): never {
  throw new QuotaError(10, { cause: new TypeError("the reason") });
}

export function throwText(): never {
  throw "a text";
}
