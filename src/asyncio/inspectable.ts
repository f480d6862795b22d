/** Lets `util.inspect` and `console.log` show an object as its `toString()` does. */
import { inspect } from "node:util";

export function showByToString(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: object): string {
      return String(this);
    },
    writable: true,
    configurable: true,
  });
}
