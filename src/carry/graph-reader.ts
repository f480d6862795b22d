/**
 * Reads a graph of values from bytes: the writer's walk, the other way round.
 *
 * Objects are numbered as they appear, and known by their number before their contents are read, so
 * references back, cycles included, find them. The few that can only be made from their contents
 * (bound functions, methods found through their class) are put later where they were missing.
 *
 * Nothing in the bytes is trusted: whatever goes wrong becomes an UnpicklingError. From a foreign
 * peer only plain data is accepted.
 */
import type { UnpicklingError } from "../errors.ts";
import { readBigint, readBigint64 } from "./bigints.ts";
import { ByteReader } from "./byte-reader.ts";
import type { DecoderOptions } from "./destination.ts";
import type { ModuleHeader, ReferenceHeader } from "./function-carrier.ts";
import { decodeNode, decodePrototype } from "./instance-decode.ts";
import type { MessageScope } from "./message-scope.ts";
import { readPacked } from "./packed-array.ts";
import { readExtras, readIrregular, readProperty } from "./properties.ts";
import { ReaderShapes } from "./shapes.ts";
import type { ReaderShape } from "./shapes.ts";
import { readSparse } from "./sparse-array.ts";
import { readWellKnown } from "./symbols.ts";
import * as tag from "./tags.ts";
import { undecodable } from "./unpickling.ts";

/**
 * What `#slot` answers for something that is not simply a value: a PROPERTY or HOLE tag, or a
 * reference to an object that does not exist yet (`#mark` says which).
 */
const MARK = Symbol("mark");
const PENDING = -1;
/** What a class is in the table until it is evaluated. */
class Lazy {
  readonly make: () => object;
  constructor(make: () => object) {
    this.make = make;
  }
}
export type Reference = ReferenceHeader | ModuleHeader;
/**
 * To be copied: an array that has room for just its elements, by length; made when needed. Copying
 * a whole array is a tenth faster than a part of a longer one (`rooms.ts`).
 */
const shortArrays: (readonly unknown[])[] = [];
const SHORT = 16;
const KEPT_AT_MOST = 1 << 12;

function arrayWithRoom(length: number): unknown[] {
  return (shortArrays[length] ??= Array.from({ length }, () => undefined)).slice();
}

/** The walk of one message at a time; `Decoder` is what others use. */
export class GraphReader {
  readonly options: DecoderOptions;
  readonly in: ByteReader = new ByteReader();
  /** What functions in the message refer to, by number. */
  references: Reference[] = [];
  /** The module scopes of this message, in order. */
  readonly scopes: MessageScope[] = [];
  #nodes: unknown[] = [];
  #count = 0;
  readonly #shapes = new ReaderShapes();
  /** Those of this message are the first; cutting it for each one would take long. */
  readonly #messageShapes: ReaderShape[] = [];
  #shapesUsed = 0;
  #patches: Map<number, ((value: unknown) => void)[]> | undefined;
  #mark = 0;
  #pendingId = -1;

  constructor(options: DecoderOptions) {
    this.options = options;
  }

  /** Begins a list of nodes of its own: a message, or the references behind it. */
  begin(): void {
    if (this.#count > KEPT_AT_MOST) this.#nodes = [];
    else for (let i = 0; i < this.#count; i++) this.#nodes[i] = undefined;
    this.#count = 0;
    if (this.#shapesUsed > KEPT_AT_MOST) this.#messageShapes.length = 0;
    this.#shapesUsed = 0;
    this.#patches = undefined;
  }

  /** Lets go of the message and of what was made from it. */
  forget(): void {
    this.begin();
    this.in.finish();
    if (this.scopes.length > 0) this.scopes.length = 0;
    if (this.references.length > 0) this.references = [];
  }

  /** The header behind a number that a function in the message has. */
  reference(number: number): Reference {
    const header = this.references[number];
    if (header === undefined) throw this.in.damaged("an unknown reference");
    return header;
  }

  /** Gives a node its object, as soon as it exists. */
  define(id: number, object: object): void {
    this.#nodes[id] = object;
    const patches = this.#patches?.get(id);
    if (patches === undefined) return;
    this.#patches!.delete(id);
    for (const patch of patches) patch(object);
  }

  /** Gives a node an object that is only made when something asks for it. */
  defineLazily(id: number, make: () => object): void {
    this.#nodes[id] = new Lazy(make);
  }

  /** Runs what depends on the bytes making sense; a failure is damage. */
  building<R>(build: () => R): R {
    try {
      return build();
    } catch (error) {
      throw undecodable(error);
    }
  }

  /** A property's key. */
  key(): string | symbol {
    const next = this.in.peek();
    if (next !== tag.SYMBOL_FOR && next !== tag.SYMBOL_WELL_KNOWN) return this.in.string();
    return this.value() as symbol;
  }

  /** The next value, which must exist by now. */
  value(): unknown {
    const value = this.#slot();
    if (value === MARK) throw this.#misplaced();
    return value;
  }

  /** Hands the next value to `set`: at once, or when it exists. */
  deliver(set: (value: unknown) => void): void {
    const value = this.#slot();
    if (value !== MARK) set(value);
    else if (this.#mark === PENDING) this.#later(set);
    else throw this.#misplaced();
  }

  #misplaced(): UnpicklingError {
    if (this.#mark !== PENDING) return this.in.damaged(`tag ${this.#mark} is out of place`);
    return this.in.damaged("an object is needed before it is complete");
  }

  #later(set: (value: unknown) => void): void {
    const id = this.#pendingId;
    this.#patches ??= new Map();
    const patches = this.#patches.get(id);
    if (patches === undefined) this.#patches.set(id, [set]);
    else patches.push(set);
  }

  #slot(): unknown {
    const first = this.in.byte();
    if (first >= tag.SMALL_INT) return first - tag.SMALL_INT;
    if (first >= tag.SHORT_STRING) return this.in.shortString(first - tag.SHORT_STRING);
    switch (first) {
      case tag.UNDEFINED:
        return undefined;
      case tag.NULL:
        return null;
      case tag.TRUE:
        return true;
      case tag.FALSE:
        return false;
      case tag.INT8:
        return (this.in.byte() << 24) >> 24;
      case tag.INT32:
        return this.in.int32();
      case tag.FLOAT64:
        return this.in.float64();
      case tag.OBJECT:
        return this.#newShape();
      case tag.OBJECT_AGAIN:
        return this.#knownShape();
      case tag.ARRAY:
        return this.#array();
      case tag.BACK:
        return this.#back();
      case tag.LATIN1:
        return this.in.latin1();
      case tag.UTF16:
        return this.in.utf16();
      case tag.PROPERTY:
      case tag.HOLE:
        this.#mark = first;
        return MARK;
      default:
        return this.#rare(first);
    }
  }

  #rare(first: number): unknown {
    switch (first) {
      case tag.BIGINT64:
        return readBigint64(this.in);
      case tag.BIGINT:
        return readBigint(this.in);
      case tag.SYMBOL_FOR:
        return Symbol.for(this.in.string());
      case tag.SYMBOL_WELL_KNOWN:
        return readWellKnown(this.in);
      case tag.EMPTY_OBJECT:
        return (this.#nodes[this.#count++] = {});
      case tag.PACKED_ARRAY:
        return (this.#nodes[this.#count++] = readPacked(this.in));
      case tag.SPARSE_ARRAY:
        return readSparse(this, (this.#nodes[this.#count++] = []));
      case tag.DICTIONARY:
        return this.#dictionary();
      case tag.EXTRAS:
        return readExtras(this);
      case tag.PROTOTYPE_OF:
        return decodePrototype(this);
      default:
        return this.#node(first);
    }
  }

  #node(first: number): object {
    const id = this.#count++;
    this.#nodes[id] = MARK;
    const object = decodeNode(this, first, id);
    this.define(id, object);
    return object;
  }

  #newShape(): object {
    const shape = this.#shapes.read(this.in);
    return this.#object((this.#messageShapes[this.#shapesUsed++] = shape));
  }

  #knownShape(): object {
    const number = this.in.varint();
    if (number >= this.#shapesUsed) throw this.in.damaged("an unknown list of keys");
    return this.#object(this.#messageShapes[number]!);
  }

  #object({ keys, template }: ReaderShape): object {
    const object = { ...template };
    this.#nodes[this.#count++] = object;
    for (let i = 0; i < keys.length; i++) {
      const value = this.#slot();
      if (value === MARK) this.#special(object, keys[i]!);
      else object[keys[i]!] = value;
    }
    return object;
  }

  /** A property whose value is not there yet, or that is out of the ordinary. */
  #special(object: Record<string, unknown>, key: string): void {
    if (this.#mark === PENDING) this.#later((late) => (object[key] = late));
    else if (this.#mark === tag.PROPERTY) readIrregular(this, object, key);
    else throw this.#misplaced();
  }

  #dictionary(): object {
    const object = {};
    this.#nodes[this.#count++] = object;
    const count = this.in.count(2);
    for (let i = 0; i < count; i++) readProperty(this, object, this.in.string());
    return object;
  }

  #array(): unknown[] {
    const length = this.in.count();
    const array = length > SHORT ? [] : arrayWithRoom(length);
    this.#nodes[this.#count++] = array;
    for (let i = 0; i < length; i++) {
      const value = this.#slot();
      if (value === MARK) this.#missing(array, i);
      else array[i] = value;
    }
    return array;
  }

  /** A hole, or an element that is not there yet. */
  #missing(array: unknown[], index: number): void {
    if (this.#mark === PENDING) this.#later((late) => (array[index] = late));
    else if (this.#mark !== tag.HOLE) throw this.#misplaced();
    array.length = Math.max(array.length, index + 1);
    Reflect.deleteProperty(array, index);
  }

  #back(): unknown {
    const id = this.in.varint();
    if (id >= this.#count) throw this.in.damaged("a reference to nothing");
    const object = this.#nodes[id];
    if (object === MARK) {
      this.#mark = PENDING;
      this.#pendingId = id;
    }
    return object instanceof Lazy ? this.building(object.make) : object;
  }
}
