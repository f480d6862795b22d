/**
 * The primitives of synchronisation between processes of one family, and all their threads.
 * What they do is in `src/sync/`; here is only which memory they lie in.
 */
import { familyMember } from "../core/family-arena.ts";
import { Barrier as SharedBarrier, type BarrierOptions } from "../sync/barrier.ts";
import { BoundedSemaphore as SharedBounded } from "../sync/bounded-semaphore.ts";
import { carry } from "../sync/carried.ts";
import { Condition as SharedCondition } from "../sync/condition.ts";
import { Event as SharedEvent } from "../sync/event.ts";
import { countAs } from "../sync/kin.ts";
import { Lock as SharedLock } from "../sync/lock.ts";
import { RLock as SharedRLock } from "../sync/rlock.ts";
import { Semaphore as SharedSemaphore } from "../sync/semaphore.ts";
import type { NameOptions } from "../sync/shared-object.ts";

/** Mutual exclusion between processes. */
export class Lock extends SharedLock {
  constructor(options?: NameOptions) {
    super(familyMember, options);
  }
}

/** A lock that its owner may take again, between processes. */
export class RLock extends SharedRLock {
  constructor(options?: NameOptions) {
    super(familyMember, options);
  }
}

/** A counter of permits, between processes. */
export class Semaphore extends SharedSemaphore {
  constructor(value = 1, options?: NameOptions) {
    super(familyMember, value, options);
  }
}

/** A semaphore that never has more permits than at its start, between processes. */
export class BoundedSemaphore extends SharedBounded {
  constructor(value = 1, options?: NameOptions) {
    super(familyMember, value, options);
  }
}

/** Waiting for something to change, between processes; under an RLock unless told otherwise. */
export class Condition extends SharedCondition {
  constructor(lock?: Lock | RLock, options?: NameOptions) {
    super(familyMember, { Lock, RLock }, lock, options);
  }
}

/** A flag to wait for, between processes. */
export class Event extends SharedEvent {
  constructor(options?: NameOptions) {
    super(familyMember, options);
  }
}

/** A meeting point of processes. */
export class Barrier extends SharedBarrier {
  constructor(parties: number, options?: BarrierOptions) {
    super(familyMember, parties, options);
  }
}

countAs(Lock, RLock);
countAs(Semaphore, BoundedSemaphore);

carry("multiprocessing", familyMember, [
  RLock,
  Lock,
  BoundedSemaphore,
  Semaphore,
  Condition as new () => Condition,
  Event,
  Barrier as unknown as new () => Barrier,
]);
