/**
 * A single value in shared memory, without a lock.
 *
 *   (the words of `value-lock.ts`)  CODE  CELL (two words, on a boundary of 8 bytes)
 */
import { atomics, type Cells, cells } from "../../core/atomics.ts";
import { registerKind } from "../../core/kinds.ts";
import {
  type MemberOf,
  type NameOptions,
  SharedObject,
  WORDS_AT,
  isAdopting,
} from "../../sync/shared-object.ts";
import {
  type ItemOf,
  type ItemType,
  type Raw,
  type TypeCode,
  codeWord,
  itemType,
  typeOfWord,
} from "./type-codes.ts";
import { KIND_RAW_VALUE } from "./value-kinds.ts";
import { LOCK_WORDS } from "./value-lock.ts";

const CODE: number = WORDS_AT + LOCK_WORDS;
const CELL: number = CODE + 1;
const WORDS: number = LOCK_WORDS + 3;

/**
 * A value without a lock of its own. Each operation is atomic by itself; reading and then writing
 * is two.
 */
export class RawValue<C extends TypeCode> extends SharedObject {
  readonly #type: ItemType;
  readonly #cells: Cells;
  readonly #cell: number;

  constructor(
    memberOf: MemberOf,
    code: C,
    initial?: ItemOf<C>,
    options?: NameOptions,
    kind: number = KIND_RAW_VALUE,
  ) {
    const given = isAdopting() ? undefined : itemType(code);
    const raw = given?.toRaw(initial === undefined ? given.zero : initial);
    super(memberOf, kind, WORDS, options);
    const { words } = this.member.arena;
    if (given !== undefined) atomics.store(words, this.handle.block + CODE, codeWord(given));
    this.#type = given ?? typeOfWord(atomics.load(words, this.handle.block + CODE));
    const at = (this.handle.block + CELL) * 4;
    this.#cells = new this.#type.cells(words.buffer, at, 1);
    this.#cell = 0;
    if (raw !== undefined) cells.store(this.#cells, this.#cell, raw);
  }

  /** Its type code. */
  get code(): C {
    return this.#type.code as C;
  }

  /** Reads or writes it; whole numbers that do not fit wrap, as in C. */
  get value(): ItemOf<C> {
    return this.#type.fromRaw(cells.load(this.#cells, this.#cell)) as ItemOf<C>;
  }

  set value(item: ItemOf<C>) {
    cells.store(this.#cells, this.#cell, this.#type.toRaw(item));
  }

  /**
   * Adds in one step and returns the value before.
   * @throws TypeError for characters, which have no sum
   */
  add(delta: ItemOf<C>): ItemOf<C> {
    const { sum, toRaw, fromRaw, code } = this.#type;
    if (sum === null) throw new TypeError(`type code ${code} holds characters, which have no sum`);
    const raw = toRaw(delta);
    if (sum === "wraps") return cells.add(this.#cells, this.#cell, raw) as ItemOf<C>;
    let before: Raw = cells.load(this.#cells, this.#cell);
    for (;;) {
      // Another may change it between the look and the change: then look again.
      const found = cells.compareExchange(this.#cells, this.#cell, before, sum(before, raw));
      if (found === before) return fromRaw(before) as ItemOf<C>;
      before = found;
    }
  }

  /** Stores in one step and returns the value before. */
  exchange(item: ItemOf<C>): ItemOf<C> {
    const raw = cells.exchange(this.#cells, this.#cell, this.#type.toRaw(item));
    return this.#type.fromRaw(raw) as ItemOf<C>;
  }

  /**
   * Stores `item` if the value is `expected`, in one step, and returns the value before. Floats are
   * compared by their bits: 0 is not -0, and NaN is itself.
   */
  compareExchange(expected: ItemOf<C>, item: ItemOf<C>): ItemOf<C> {
    const { toRaw, fromRaw } = this.#type;
    const [from, to] = [toRaw(expected), toRaw(item)];
    return fromRaw(cells.compareExchange(this.#cells, this.#cell, from, to)) as ItemOf<C>;
  }

  protected describe(): string {
    const { value } = this;
    const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
    return `${this.#type.code} = ${shown}${typeof value === "bigint" ? "n" : ""}`;
  }
}

registerKind(KIND_RAW_VALUE, { name: "RawValue", shared: true });
