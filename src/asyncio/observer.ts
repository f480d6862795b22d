/** Somebody who is told, at once and inside the library, when a future is done. */
import type { Future } from "./future.ts";

export interface Observer {
  /** Called once, by the call that settles the future. Must not throw. */
  settled(future: Future<unknown>): void;
  /** Who waits for the future through this observer, for the call graph. */
  readonly awaiter: Future<unknown> | undefined;
}
