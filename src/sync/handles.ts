/**
 * Handles by hand: how a primitive is named to another thread or process by plain numbers, where
 * no codec is at work. The receiver must join the same family first, and the sender keep the object
 * until then.
 */
import type { Handle } from "../core/blocks.ts";
import { type MemberOf, type SharedObject, adopt } from "./shared-object.ts";

/** What crosses. */
export function handleOf(object: SharedObject): Handle {
  return { ...object.handle };
}

/**
 * The object of a class of this thread for such numbers; the same one each time.
 * @throws ClosedError when it no longer exists, TypeError when it is of another class
 */
export function fromHandle<T extends SharedObject>(
  type: new () => T,
  memberOf: MemberOf,
  { block, stamp }: Handle,
): T {
  return adopt(type, memberOf, { block, stamp });
}
