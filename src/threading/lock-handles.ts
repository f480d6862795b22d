/** How the primitives of synchronisation cross to other threads. */
import { registerShareable } from "../channels/carried.ts";
import { threadMember } from "../core/thread-arena.ts";
import { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore } from "./locks.ts";

// Subclasses before their base classes: the first that fits an object counts.
for (const type of [RLock, Lock, BoundedSemaphore, Semaphore, Condition, Event, Barrier]) {
  registerShareable(`threading.${type.name}`, {
    type: type as new () => Lock,
    memberOf: threadMember,
    instead: `multiprocessing.${type.name}`,
  });
}

export { Barrier, BoundedSemaphore, Condition, Event, Lock, RLock, Semaphore };
