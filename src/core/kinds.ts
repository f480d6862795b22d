/**
 * Kinds of blocks, and what becomes of each when a thread that had to do with it dies.
 *
 * The core knows only its own; a layer above registers a policy for each of its kinds, once, when
 * it is loaded. Whoever finds a death settles it for all, so everything that shares an arena must
 * know all kinds in it: the layers that define kinds are imported together.
 */
import type { Handle } from "./blocks.ts";
import type { Member } from "./member.ts";

/** Bytes that mean something only to who allocated them. */
export const KIND_BYTES = 0;
/** A waiter's record. */
export const KIND_WAITER = 1;
/** A ring of bytes. */
export const KIND_RING = 2;
/** Words that mean something only to the few who share them. */
export const KIND_ROOM = 3;
/** A large block in a memory file of its own. */
export const KIND_FILE = 4;
/** The first number free for the layers above. */
export const FIRST_KIND = 16;

/**
 * How a life ended: `left` is a thread that returned, or a process that ended with exit code 0;
 * anything else is a death.
 */
export type Ending = "left" | "died";

export interface KindPolicy {
  readonly name: string;
  /** Whether blocks of this kind are shared objects, which begin with the bits of who has them. */
  readonly shared: boolean;
  /** Settles what the ended life `id` had in this object. May run again if the settler dies too. */
  settle?(member: Member, block: number, id: number, ending: Ending): void;
  /**
   * Releases what the object refers to, before its block is freed; its handle is of no use by then.
   * May run again if who runs it dies, and on zeros if its maker died.
   */
  destroy?(member: Member, handle: Handle): void;
}

const policies = new Map<number, KindPolicy>();

/** @throws Error when the number is taken: one kind would be settled as the other */
export function registerKind(kind: number, policy: KindPolicy): void {
  const taken = policies.get(kind);
  if (taken !== undefined) throw new Error(`kind ${kind} is both ${taken.name} and ${policy.name}`);
  policies.set(kind, policy);
}

export const policyOf = (kind: number): KindPolicy | undefined => policies.get(kind);

registerKind(KIND_ROOM, { name: "room", shared: true });
