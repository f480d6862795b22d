/** Values and arrays that are shared between the threads of one process. */
import { threadMember } from "../core/thread-arena.ts";
import { SharedArray as ArrayWithLock } from "../channels/shared-array.ts";
import { RawArray as ArrayAlone } from "../channels/shared-array-raw.ts";
import type { ItemOf, TypeCode } from "../channels/type-codes.ts";
import { type LockOptions, isWithoutLock } from "../channels/value-lock.ts";
import { RawValue as ValueAlone } from "../channels/value-raw.ts";
import { Value as ValueWithLock } from "../channels/value.ts";
import type { NameOptions } from "../sync/shared.ts";
import { Lock, RLock } from "./locks.ts";

const locks = { Lock, RLock };

/** A single value without a lock, between threads. */
export class RawValue<C extends TypeCode> extends ValueAlone<C> {
  constructor(code: C, initial?: ItemOf<C>, options?: NameOptions) {
    super(threadMember, code, initial, options);
  }
}

/** A single value and its lock, between threads; with `lock: false` it is a RawValue. */
export class Value<C extends TypeCode> extends ValueWithLock<C> {
  constructor(code: C, initial?: ItemOf<C>, options?: LockOptions) {
    if (isWithoutLock(locks, options)) return new RawValue(code, initial, options) as never;
    super(threadMember, locks, code, initial, options);
  }
}

/** What a new array holds: so many zeros, or these items; bytes for code c. */
type SizeOrItems<C extends TypeCode> = number | Iterable<ItemOf<C>> | Uint8Array;

/** An array without a lock, between threads. */
export class RawArray<C extends TypeCode> extends ArrayAlone<C> {
  constructor(code: C, sizeOrItems: SizeOrItems<C>, options?: NameOptions) {
    super(threadMember, code, sizeOrItems, options);
  }
}

/** An array and its lock, between threads; with `lock: false` it is a RawArray. */
export class SharedArray<C extends TypeCode> extends ArrayWithLock<C> {
  constructor(code: C, sizeOrItems: SizeOrItems<C>, options?: LockOptions) {
    if (isWithoutLock(locks, options)) return new RawArray(code, sizeOrItems, options) as never;
    super(threadMember, locks, code, sizeOrItems, options);
  }
}
