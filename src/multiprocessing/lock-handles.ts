/** How the primitives of synchronisation cross to other threads and processes. */
import { registerShareable } from "../channels/carried.ts";
import { familyMember } from "../core/family-arena.ts";
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from "./locks.ts";

// Subclasses before their base classes: the first that fits an object counts.
for (const type of [RLock, Lock, BoundedSemaphore, Semaphore, Condition, Event, Barrier]) {
  registerShareable(`multiprocessing.${type.name}`, {
    type: type as new () => Lock,
    memberOf: familyMember,
  });
}

export { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore };
