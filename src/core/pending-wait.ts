import type { Fuse, Wait } from "./deadline.ts";
import type { Waitable } from "./waitable.ts";

/** A wait of the event loop; a quiet one lets the program end meanwhile, unless others hold it. */
export interface LoopWait extends Wait {
  readonly quiet?: boolean;
}

/** A wait that has not ended. */
export interface Pending {
  readonly waitable: Waitable;
  /** Whether the program may end although it has not ended. */
  readonly quiet: boolean;
  readonly fuse: Fuse | undefined;
  resolve(token: number): void;
  reject(reason: unknown): void;
  /** Why it is to fail once the primitive lets it go. */
  aborted?: { readonly reason: unknown };
}
