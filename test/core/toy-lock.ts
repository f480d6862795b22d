/**
 * The simplest things to wait for, made of nothing but the core: a lock that is handed on, also by
 * the dead.
 *
 *   word 0   OWNER   0 free · id of who has it; changed under the latch only
 */
import { atomics } from "#internal/core/atomics.js";
import { type Handle, OBJECT_AT, holderOf } from "#internal/core/blocks.js";
import { registerKind } from "#internal/core/kinds.js";
import type { Member } from "#internal/core/member.js";
import { bucketFor, first } from "#internal/core/queues.js";
import { WAIT, type Waitable } from "#internal/core/waitable.js";
import { grant, latched } from "#internal/core/wake.js";

const KIND_TOY_LOCK = 92;
const OWNER = OBJECT_AT;

registerKind(KIND_TOY_LOCK, {
  name: "toy lock",
  shared: true,
  settle: (member, block, id) =>
    latched(member, bucketFor(block), () => {
      if (ownerOf(member, block) === id) passOn(member, block);
    }),
});

export function createLock(member: Member): Handle {
  return member.create(KIND_TOY_LOCK, 8);
}

export function ownerOf(member: Member, block: number): number {
  return atomics.load(member.arena.words, block + OWNER);
}

export function lockWait(member: Member, block: number): Waitable {
  const { words } = member.arena;
  return {
    home: block,
    key: block,
    attempt: () => {
      const owner = atomics.load(words, block + OWNER);
      if (owner === 0) atomics.store(words, block + OWNER, member.id);
      return owner === 0 || owner === member.id ? 0 : WAIT;
    },
    dependsOn: () => [ownerOf(member, block)],
  };
}

/** `beforeTelling` runs when the next owner was chosen, and before it is woken. */
export function unlock(member: Member, block: number, beforeTelling: () => void = () => {}): void {
  latched(member, bucketFor(block), () => {
    passOn(member, block);
    beforeTelling();
  });
}

function passOn(member: Member, block: number): void {
  const { arena } = member;
  const next = first(arena, bucketFor(block), block);
  if (next === 0) return atomics.store(arena.words, block + OWNER, 0);
  atomics.store(arena.words, block + OWNER, holderOf(arena, next));
  grant(member, next, 0);
}
