/** The primitives of synchronisation between the threads of one process; no native code. */
import { threadMember } from "../core/thread-arena.ts";
import { Lock as SharedLock } from "../sync/lock.ts";
import { RLock as SharedRLock } from "../sync/rlock.ts";
import type { NameOptions } from "../sync/shared.ts";

/** A lock between threads. */
export class Lock extends SharedLock {
  constructor(options?: NameOptions) {
    super(threadMember, options);
  }
}

/** A re-entrant lock between threads. */
export class RLock extends SharedRLock {
  constructor(options?: NameOptions) {
    super(threadMember, options);
  }
}
