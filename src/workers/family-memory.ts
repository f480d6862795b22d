/**
 * The family's shared memory, as a descriptor that every child gets. A child that uses anything
 * shared finds it among its descriptors; one that does not never maps it.
 */
import { familyAddress } from "../core/family-arena.ts";
import { whyNoSharedMemory } from "../platform/load.ts";

/** -1 where processes cannot share memory. */
export function familyMemory(): number {
  return whyNoSharedMemory() === null ? familyAddress().fd : -1;
}
