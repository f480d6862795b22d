/** A single value of a type code in a manager's server. */
import type { ItemOf, TypeCode } from "../../channels/shared-data/type-codes.ts";
import { RawValue } from "../../threading/shared-data.ts";

/** A single number or character of a type code. */
export class ManagedValue<C extends TypeCode = TypeCode> {
  readonly #value: RawValue<C>;

  /** @throws TypeError, RangeError for an unknown code or a value that is not of its type */
  constructor(code: C, initial?: ItemOf<C>) {
    this.#value = new RawValue(code, initial);
  }

  /** Reads it. */
  get(): ItemOf<C> {
    return this.#value.value;
  }

  /** Writes it; whole numbers that do not fit wrap, as in C. */
  set(item: ItemOf<C>): void {
    this.#value.value = item;
  }

  /** Adds in one step and answers the value before. */
  add(delta: ItemOf<C>): ItemOf<C> {
    return this.#value.add(delta);
  }

  /** Sets in one step and answers the value before. */
  exchange(item: ItemOf<C>): ItemOf<C> {
    return this.#value.exchange(item);
  }

  /** Sets it if it is `expected`, in one step, and answers the value before. */
  compareExchange(expected: ItemOf<C>, item: ItemOf<C>): ItemOf<C> {
    return this.#value.compareExchange(expected, item);
  }

  /** Reads or writes it, as `get` and `set` do. */
  get value(): ItemOf<C> {
    return this.#value.value;
  }

  set value(item: ItemOf<C>) {
    this.#value.value = item;
  }

  get code(): C {
    return this.#value.code;
  }

  toString(): string {
    return `Value(${this.code}, ${this.get()})`;
  }
}
