/** The order in which a queue gives its items out. */
export interface Store<T> {
  readonly size: number;
  add(item: T): void;
  /** The next item; only called when there is one. */
  take(): T;
  /** Puts back what `take` gave last, as the next to be given. */
  putBack(item: T): void;
  clear(): void;
}
