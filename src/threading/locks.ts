/**
 * The primitives of synchronisation between the threads of one process, without native code.
 * What they do is in `src/sync/`; here is only which memory they lie in.
 */
import { threadMember } from "../core/thread-arena.ts";
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

/** Mutual exclusion between threads. */
export class Lock extends SharedLock {
  constructor(options?: NameOptions) {
    super(threadMember, options);
  }
}

/** A lock that its owner may take again, between threads. */
export class RLock extends SharedRLock {
  constructor(options?: NameOptions) {
    super(threadMember, options);
  }
}

/** A counter of permits, between threads. */
export class Semaphore extends SharedSemaphore {
  constructor(value = 1, options?: NameOptions) {
    super(threadMember, value, options);
  }
}

/** A semaphore that never has more permits than at its start, between threads. */
export class BoundedSemaphore extends SharedBounded {
  constructor(value = 1, options?: NameOptions) {
    super(threadMember, value, options);
  }
}

/** Waiting for something to change, between threads; under an RLock unless told otherwise. */
export class Condition extends SharedCondition {
  constructor(lock?: Lock | RLock, options?: NameOptions) {
    super(threadMember, { Lock, RLock }, lock, options);
  }
}

/** A flag to wait for, between threads. */
export class Event extends SharedEvent {
  constructor(options?: NameOptions) {
    super(threadMember, options);
  }
}

/** A meeting point of threads. */
export class Barrier extends SharedBarrier {
  constructor(parties: number, options?: BarrierOptions) {
    super(threadMember, parties, options);
  }
}

countAs(Lock, RLock);
countAs(Semaphore, BoundedSemaphore);

carry("threading", threadMember, [
  RLock,
  Lock,
  BoundedSemaphore,
  Semaphore,
  Condition as new () => Condition,
  Event,
  Barrier as unknown as new () => Barrier,
]);
