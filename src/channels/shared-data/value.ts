/** A single value in shared memory with a lock, for changes that take more than one step. */
import { registerKind } from "../../core/kinds.ts";
import type { LockTypes } from "../../sync/condition.ts";
import type { Lock } from "../../sync/lock.ts";
import type { MemberOf } from "../../sync/shared-object.ts";
import type { ItemOf, TypeCode } from "./type-codes.ts";
import { KIND_VALUE } from "./value-kinds.ts";
import * as locked from "./value-lock.ts";
import type { LockOptions } from "./value-lock.ts";
import { RawValue } from "./value-raw.ts";

/**
 * A value and its lock. Single operations are atomic without it; `value.value += 1` is two and
 * needs it.
 *
 *     counter.withLockSync(() => counter.value++);
 */
export class Value<C extends TypeCode> extends RawValue<C> {
  readonly #types: LockTypes;
  #lock: Lock | undefined;

  constructor(
    memberOf: MemberOf,
    types: LockTypes,
    code: C,
    initial?: ItemOf<C>,
    options?: LockOptions,
  ) {
    super(memberOf, code, initial, options, KIND_VALUE);
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
  withLock<R>(fn: (value: this) => R | Promise<R>): Promise<R> {
    return locked.runHolding(this.getLock(), fn, this);
  }

  /** The same, blocking the thread until the lock is free. */
  withLockSync<R>(fn: (value: this) => R): R {
    return locked.runHeld(this.getLock(), fn, this);
  }
}

registerKind(KIND_VALUE, {
  name: "Value",
  shared: true,
  destroy: (member, { block }) => locked.detachLock(member, block),
});
