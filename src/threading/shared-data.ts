/** Values and arrays that are shared between the threads of one process. */
import { threadMember } from "../core/thread-arena.ts";
import { registerShareable } from "../sync/carried.ts";
import { SharedArray as ArrayWithLock } from "../channels/shared-data/shared-array.ts";
import { RawArray as ArrayAlone } from "../channels/shared-data/shared-array-raw.ts";
import { registerArray } from "../channels/shared-data/shared-array-handles.ts";
import type { ItemOf, TypeCode } from "../channels/shared-data/type-codes.ts";
import { type LockOptions, isWithoutLock } from "../channels/shared-data/value-lock.ts";
import { RawValue as ValueAlone } from "../channels/shared-data/value-raw.ts";
import { Value as ValueWithLock } from "../channels/shared-data/value.ts";
import type { NameOptions } from "../sync/shared-object.ts";
import { Lock, RLock } from "./locks.ts";

const locks = { Lock, RLock };
const memberOf = threadMember;

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
    return this;
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
    return this;
  }
}

/** These classes as they are made for an object that exists: without arguments. */
type Adopted<T> = new () => T;

const share = { memberOf, instead: "the one of manyhands/multiprocessing" };
registerShareable("threading.Value", { ...share, type: Value as Adopted<Value<TypeCode>> });
registerShareable("threading.RawValue", {
  ...share,
  type: RawValue as Adopted<RawValue<TypeCode>>,
});
registerArray("threading.SharedArray", {
  ...share,
  type: SharedArray as Adopted<SharedArray<TypeCode>>,
});
registerArray("threading.RawArray", { ...share, type: RawArray as Adopted<RawArray<TypeCode>> });
export type { ItemOf, TypeCode, ViewOf } from "../channels/shared-data/type-codes.ts";
export type { LockOptions } from "../channels/shared-data/value-lock.ts";
