/** The primitives of synchronisation between all threads of a family of processes. */
import { familyMember } from "../core/family-arena.ts";
import { Lock as SharedLock } from "../sync/lock.ts";
import { RLock as SharedRLock } from "../sync/rlock.ts";
import type { NameOptions } from "../sync/shared.ts";

/** A lock between processes. */
export class Lock extends SharedLock {
  constructor(options?: NameOptions) {
    super(familyMember, options);
  }
}

/** A re-entrant lock between processes. */
export class RLock extends SharedRLock {
  constructor(options?: NameOptions) {
    super(familyMember, options);
  }
}
