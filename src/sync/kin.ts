type AnyClass = abstract new (...args: never[]) => object;

/**
 * Has `instanceof parent` hold for those of `child` too: an RLock is a Lock, a BoundedSemaphore a
 * Semaphore. The classes of a face each extend the shared one of their name, and so not each other.
 */
export function countAs(parent: AnyClass, child: AnyClass): void {
  Object.defineProperty(parent, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (Function.prototype[Symbol.hasInstance].call(this, value)) return true;
      return this === parent && value instanceof child;
    },
  });
}
