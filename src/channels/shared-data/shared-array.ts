/** An array in shared memory with a lock, for changes that take more than one step. */
import { registerKind } from "../../core/kinds.ts";
import type { LockTypes } from "../../sync/condition.ts";
import type { Lock } from "../../sync/lock.ts";
import type { MemberOf } from "../../sync/shared-object.ts";
import { RawArray, destroyMemory } from "./shared-array-raw.ts";
import type { ItemOf, TypeCode } from "./type-codes.ts";
import { KIND_ARRAY } from "./value-kinds.ts";
import * as locked from "./value-lock.ts";
import type { LockOptions } from "./value-lock.ts";

/**
 * An array and its lock. Nothing takes the lock by itself, as little as in Python a typed array
 * does: whoever changes several items, or one by its old value, does it under the lock.
 */
export class SharedArray<C extends TypeCode> extends RawArray<C> {
  readonly #types: LockTypes;
  #lock: Lock | undefined;

  constructor(
    memberOf: MemberOf,
    types: LockTypes,
    code: C,
    sizeOrItems: number | Iterable<ItemOf<C>> | Uint8Array,
    options?: LockOptions,
  ) {
    super(memberOf, code, sizeOrItems, options, KIND_ARRAY);
    this.#types = types;
    if (!this.isNew) return;
    this.#lock = locked.attachLock(this.member, this.handle.block, types, options);
  }

  /** The lock: the one it was given, or an RLock of its own. */
  getLock(): Lock {
    return (this.#lock ??= locked.findLock(
      this.memberOf,
      this.#types,
      this.member,
      this.handle.block,
    ));
  }

  /** Runs `fn` while the lock is held, and frees it however `fn` ends. */
  withLock<R>(fn: (array: this) => R | Promise<R>): Promise<R> {
    return locked.runHolding(this.getLock(), fn, this);
  }

  /** The same, blocking the thread until the lock is free. */
  withLockSync<R>(fn: (array: this) => R): R {
    return locked.runHeld(this.getLock(), fn, this);
  }
}

registerKind(KIND_ARRAY, {
  name: "SharedArray",
  shared: true,
  destroy(member, { block }) {
    locked.detachLock(member, block);
    destroyMemory(member, block);
  },
});
