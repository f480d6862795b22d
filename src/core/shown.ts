import { inspect } from "node:util";

/**
 * Makes `console.log` show instances of a class by their `toString()`. Called in a static block:
 * a method with a computed name would have no place in isolated declarations.
 */
export function showByToString(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: { toString(): string }): string {
      return this.toString();
    },
    writable: true,
    configurable: true,
  });
}
