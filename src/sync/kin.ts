type AnyClass = abstract new (...args: never[]) => object;

/**
 * Has `instanceof parent` hold for those of `children` too: an RLock is a Lock, a LifoQueue a
 * Queue. The classes of a face each extend the shared one of their name, and so not each other.
 */
export function countAs(parent: AnyClass, ...children: AnyClass[]): void {
  Object.defineProperty(parent, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
      return this === parent && children.some((child) => value instanceof child);
    },
  });
}
