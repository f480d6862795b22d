/** The order in which a queue gives its items out. */
export interface Store<T> {
  readonly size: number;
  add(item: T): void;
  /** The next item; only called when there is one. */
  take(): T;
  clear(): void;
}
