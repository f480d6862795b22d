/**
 * Bytes to values: the encoder's walk, the other way round.
 *
 * Objects are numbered as they appear, and known by their number before their contents are read, so
 * references back, cycles included, find them. The few that can only be made from their contents
 * (bound functions, methods found through their class) are put later where they were missing.
 *
 * Nothing in the bytes is trusted: whatever goes wrong becomes an UnpicklingError. From a foreign
 * peer only plain data is accepted.
 */
import { UnpicklingError } from "../errors.ts";
import { ByteReader } from "./byte-reader.ts";
import type { DecoderOptions } from "./destination.ts";
import type { ModuleHeader, ReferenceHeader, ScopeShell } from "./function-carrier.ts";
import { decodeFunction } from "./function-node.ts";
import { decodeHandle, decodePrototype, decodeReduced } from "./instance-decode.ts";
import { kindOfTag } from "./kinds/all.ts";
import { readExtras, readProperty } from "./properties.ts";
import { ReaderShapes } from "./shapes.ts";
import type { ReaderShape } from "./shapes.ts";
import { readWellKnown } from "./symbols.ts";
import * as tag from "./tags.ts";

/** In the place of an object that does not exist yet. */
const PENDING: unique symbol = Symbol("pending");
/** What a class is in the table until it is evaluated. */
class Lazy {
  readonly make: () => object;
  constructor(make: () => object) {
    this.make = make;
  }
}
type Reference = ReferenceHeader | ModuleHeader;
const KEPT_NODES = 1 << 12;

export class Decoder {
  readonly options: DecoderOptions;
  readonly in: ByteReader = new ByteReader();
  /** The module scopes of this message, in order. */
  readonly scopes: ScopeShell[] = [];
  #nodes: unknown[] = [];
  #count = 0;
  readonly #shapes = new ReaderShapes();
  readonly #messageShapes: ReaderShape[] = [];
  #references: Reference[] = [];
  #patches: Map<number, ((value: unknown) => void)[]> | undefined;
  #pendingId = -1;
  #busy = false;
  #inner: Decoder | undefined;

  constructor(options: DecoderOptions) {
    this.options = options;
  }

  /**
   * The value of one message. Nothing of `bytes` is kept.
   * @throws UnpicklingError when they do not decode, or name something that is not found here.
   */
  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): unknown {
    if (this.#busy) return (this.#inner ??= new Decoder(this.options)).decode(bytes, start, end);
    this.#busy = true;
    try {
      this.in.begin(bytes, start, end);
      if (this.in.byte() !== tag.FORMAT) this.#references = this.#readReferences(start);
      const value = this.value();
      if (this.in.left > 0) throw this.in.damaged("something is left over");
      return value;
    } catch (error) {
      throw undecodable(error);
    } finally {
      this.#forget();
    }
  }

  /** What must be loaded before `decode` can find it without waiting; usually nothing. */
  references(bytes: Uint8Array, start = 0, end: number = bytes.length): readonly Reference[] {
    if (bytes[start] === tag.FORMAT) return [];
    if (this.#busy) {
      return (this.#inner ??= new Decoder(this.options)).references(bytes, start, end);
    }
    this.#busy = true;
    try {
      this.in.begin(bytes, start, end);
      this.in.byte();
      return this.#readReferences(start);
    } catch (error) {
      throw undecodable(error);
    } finally {
      this.#forget();
    }
  }

  /**
   * Loads the modules that the message names, then decodes it. `bytes` must not change until the
   * promise settles.
   * @throws UnpicklingError as `decode` does.
   */
  async decodeAsync(bytes: Uint8Array, start = 0, end: number = bytes.length): Promise<unknown> {
    const references = this.references(bytes, start, end);
    if (references.length > 0) await this.#prepare(references);
    return this.decode(bytes, start, end);
  }

  async #prepare(references: readonly Reference[]): Promise<void> {
    const { carrier, destination } = this.options;
    if (carrier === undefined || destination === "foreign") return;
    try {
      await carrier.prepare(references);
    } catch (error) {
      throw undecodable(error);
    }
  }

  /** The header behind a number that a function in the message has. */
  reference(number: number): Reference {
    const header = this.#references[number];
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
    if (value === PENDING) throw this.in.damaged("an object is needed before it is complete");
    return value;
  }

  /** Hands the next value to `set`: at once, or when it exists. */
  deliver(set: (value: unknown) => void): void {
    const value = this.#slot();
    if (value === PENDING) this.#later(set);
    else set(value);
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
      default:
        return this.#rare(first);
    }
  }

  #rare(first: number): unknown {
    switch (first) {
      case tag.BIGINT64: {
        const low = BigInt.asUintN(32, BigInt(this.in.int32()));
        return (BigInt(this.in.int32()) << 32n) | low;
      }
      case tag.BIGINT:
        return this.#bigint();
      case tag.SYMBOL_FOR:
        return Symbol.for(this.in.string());
      case tag.SYMBOL_WELL_KNOWN:
        return readWellKnown(this.in);
      case tag.EMPTY_OBJECT:
        return (this.#nodes[this.#count++] = {});
      case tag.SPARSE_ARRAY:
        return this.#sparse();
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
    this.#nodes[id] = PENDING;
    const object = this.#made(first, id);
    this.define(id, object);
    return object;
  }

  #made(first: number, id: number): object {
    if (first === tag.FUNCTION) return decodeFunction(this, id);
    if (first === tag.HANDLE) return decodeHandle(this);
    if (first === tag.REDUCED) return decodeReduced(this);
    const kind = kindOfTag(first);
    if (kind === undefined) throw this.in.damaged(`an unknown tag ${first}`);
    return kind.decode(this, id);
  }

  #newShape(): object {
    const shape = this.#shapes.read(this.in);
    this.#messageShapes.push(shape);
    return this.#object(shape);
  }

  #knownShape(): object {
    const shape = this.#messageShapes[this.in.varint()];
    if (shape === undefined) throw this.in.damaged("an unknown list of keys");
    return this.#object(shape);
  }

  #object({ keys, template }: ReaderShape): object {
    const object = { ...template };
    this.#nodes[this.#count++] = object;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (this.in.peek() === tag.PROPERTY) {
        readProperty(this, object, key);
        continue;
      }
      const value = this.#slot();
      if (value === PENDING) this.#later((late) => (object[key] = late));
      else object[key] = value;
    }
    return object;
  }

  #dictionary(): object {
    const object = {};
    this.#nodes[this.#count++] = object;
    const count = this.in.count(2);
    for (let i = 0; i < count; i++) readProperty(this, object, this.in.string());
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#nodes[this.#count++] = array;
    const length = this.in.count();
    for (let i = 0; i < length; i++) {
      if (this.in.peek() === tag.HOLE) {
        this.in.byte();
        array.length = i + 1;
        continue;
      }
      const value = this.#slot();
      array.push(value);
      if (value === PENDING) this.#later((late) => (array[i] = late));
    }
    return array;
  }

  #sparse(): unknown[] {
    const array: unknown[] = [];
    this.#nodes[this.#count++] = array;
    const length = this.in.varint();
    if (length === 0 || length > 2 ** 32 - 1) throw this.in.damaged("an array is too long");
    // Far from the others, the last element makes V8 keep the array as a table, without room for
    // all that is not there.
    array[length - 1] = undefined;
    delete array[length - 1];
    const count = this.in.count(2);
    for (let i = 0; i < count; i++) {
      const index = this.in.varint();
      if (index >= length) throw this.in.damaged("an element is beyond the array");
      this.deliver((value) => (array[index] = value));
    }
    return array;
  }

  #bigint(): bigint {
    const negative = this.in.byte() === 1;
    const length = this.in.count();
    const at = this.in.take(length);
    const magnitude = BigInt(`0x${this.in.bytes.toString("hex", at, at + length) || "0"}`);
    return negative ? -magnitude : magnitude;
  }

  #back(): unknown {
    const id = this.in.varint();
    if (id >= this.#count) throw this.in.damaged("a reference to nothing");
    const object = this.#nodes[id];
    if (object === PENDING) this.#pendingId = id;
    return object instanceof Lazy ? this.building(object.make) : object;
  }

  #readReferences(start: number): Reference[] {
    if (this.in.bytes[start] !== tag.FORMAT_WITH_REFERENCES) {
      throw this.in.damaged("an unknown format");
    }
    const { in: reader } = this;
    const bodyAt = reader.position;
    const { end } = reader;
    reader.position = end - 4;
    const length = end - start < 5 ? -1 : reader.int32();
    if (length < 0 || length > end - 4 - bodyAt) throw reader.damaged("no list of references");
    reader.position = end - 4 - length;
    reader.end = end - 4;
    const list = this.value();
    if (!Array.isArray(list) || reader.left > 0) throw reader.damaged("no list of references");
    this.#reset();
    reader.position = bodyAt;
    reader.end = end - 4 - length;
    return list as Reference[];
  }

  #reset(): void {
    if (this.#count > KEPT_NODES) this.#nodes = [];
    else for (let i = 0; i < this.#count; i++) this.#nodes[i] = undefined;
    this.#count = 0;
    this.#messageShapes.length = 0;
    this.#patches = undefined;
  }

  #forget(): void {
    this.#reset();
    this.in.finish();
    this.scopes.length = 0;
    if (this.#references.length > 0) this.#references = [];
    this.#busy = false;
  }
}

function undecodable(error: unknown): UnpicklingError {
  if (error instanceof UnpicklingError) return error;
  const cause = { cause: error };
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    return new UnpicklingError("Bytes do not decode: they are nested too deeply", cause);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new UnpicklingError(`Bytes do not decode here: ${reason}`, cause);
}
