/** Lets `util.inspect` and `console.log` show an object as its `toString()` does. */
import { inspect } from "node:util";

export function showByToString(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: { toString(): string }): string {
      return this.toString();
    },
    writable: true,
    configurable: true,
  });
}
