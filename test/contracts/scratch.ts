import type * as threading from "manyhands/threading";

/**
 * An event of which the word behind its own is free: memory that a test changes without atomics, so
 * that a lock has something to protect. Index: handle.block + 46.
 */
export function scratch(sync: typeof threading): threading.Event {
  return new sync.Event();
}
