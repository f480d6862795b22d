/**
 * Values to bytes.
 *
 * One walk over the graph, writing as it goes. Plain objects and arrays are written here, because
 * nearly every message consists of them; the other built-in kinds are in `kinds/`, functions in
 * `function-node.ts`, instances of classes in `instance.ts`. An object gets its number before its
 * contents, so cycles need no care.
 *
 * Full fidelity is checked, not hoped for: own keys are taken with the hidden ones, each property by
 * its descriptor. Anything out of the ordinary is written beside the object (EXTRAS) or in the
 * place of the property's value (PROPERTY), so that ordinary objects pay nothing for it.
 */
import { types } from "node:util";
import { PicklingError } from "../errors.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { EncoderOptions, OutOfBandSink } from "./destination.ts";
import type { ReferenceHeader, ModuleHeader } from "./function-carrier.ts";
import { encodeFunction, encodeNamedObject } from "./function-node.ts";
import { encodeInstance } from "./instance.ts";
import { extraKeysOfIndexed, isIndex, LONG } from "./indexed-keys.ts";
import { NodeIds } from "./node-ids.ts";
import { keyStep, writeExtras, writeProperty } from "./properties.ts";
import { located, Refusal } from "./refusal.ts";
import { WriterShapes } from "./shapes.ts";
import { writeSymbol } from "./symbols.ts";
import * as tag from "./tags.ts";

const { getPrototypeOf, getOwnPropertyNames, getOwnPropertySymbols } = Object;
const { getOwnPropertyDescriptor, isExtensible } = Object;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
const OUT_OF_BAND_BYTES = 1 << 16;
/** Objects with more keys may be namespaces such as `fs`, which cross by name. */
const FEW_KEYS = 8;
const MIN_BIGINT64 = -(2n ** 63n);
const MAX_BIGINT64 = 2n ** 63n - 1n;

export class Encoder {
  readonly options: EncoderOptions;
  readonly out: ByteWriter = new ByteWriter();
  readonly outOfBand: OutOfBandSink | undefined;
  /** What the receiver must have loaded before it can decode without waiting. */
  readonly references: (ReferenceHeader | ModuleHeader)[] = [];
  /** Which variables of a module scope this message holds already. */
  readonly scopes: Map<object, Set<string>> = new Map();
  /** Objects whose `reduce` hook is being followed: they do not exist yet at the receiver. */
  readonly reducing: Set<object> = new Set();
  readonly #threshold: number;
  readonly #ids = new NodeIds();
  readonly #shapes = new WriterShapes();
  #message = 0;
  #shapesUsed = 0;
  #busy = false;
  #inner: Encoder | undefined;

  constructor(options: EncoderOptions) {
    this.options = options;
    this.outOfBand = options.outOfBand;
    this.#threshold = options.outOfBandBytes ?? OUT_OF_BAND_BYTES;
  }

  /**
   * The value as bytes: a view that the next message overwrites, so copy it at once.
   *
   * `label` names the value in errors: `fn` for `fn → config → .db`.
   * @throws PicklingError when something in it cannot cross; nothing is sent then.
   */
  encode(value: unknown, label?: string): Uint8Array {
    if (this.#busy) return this.#nested().encode(value, label);
    this.out.begin();
    this.#write(value, label);
    return this.out.view();
  }

  /**
   * Writes the value to `target` from `start` on and answers how many bytes it takes. When they do
   * not fit before `end`, `target` is not complete and `spilled` has the whole message.
   * @throws PicklingError as `encode` does.
   */
  encodeInto(value: unknown, target: Uint8Array, start = 0, end: number = target.length): number {
    if (this.#busy) return this.#into(this.#nested(), value, target, start, end);
    return this.#into(this, value, target, start, end);
  }

  /** The whole message, when the last `encodeInto` did not fit; until the next message. */
  spilled: Uint8Array | undefined = undefined;

  /** Whether binary data of this size goes out of band. */
  isLarge(sizeBytes: number): boolean {
    return this.outOfBand !== undefined && sizeBytes >= this.#threshold;
  }

  /** Gives an object its number; its contents follow. */
  register(object: object): void {
    this.#ids.add(object);
  }

  /** Writes a value that `step` leads to, for the path of a refusal. */
  within(step: string, value: unknown): void {
    try {
      this.value(value);
    } catch (error) {
      throw located(error, step);
    }
  }

  value(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.out.string(value);
      case "number":
        return this.out.number(value);
      case "object":
        return value === null ? this.out.byte(tag.NULL) : this.object(value);
      case "boolean":
        return this.out.byte(value ? tag.TRUE : tag.FALSE);
      case "undefined":
        return this.out.byte(tag.UNDEFINED);
      case "function":
        return this.known(value) ? undefined : encodeFunction(this, value);
      case "bigint":
        return this.#bigint(value);
      case "symbol":
        return writeSymbol(this.out, value);
    }
  }

  /** Writes the number of an object that the message holds already; false when it does not. */
  known(object: object): boolean {
    const id = this.#ids.find(object);
    if (id < 0) return false;
    if (this.reducing.size > 0 && this.reducing.has(object)) {
      throw new Refusal("what its [Symbol.for('manyhands.reduce')] answers leads back to itself");
    }
    this.out.byte(tag.BACK);
    this.out.varint(id);
    return true;
  }

  object(value: object): void {
    if (this.known(value)) return;
    if (types.isProxy(value)) {
      throw new Refusal("a Proxy cannot be copied; send the object behind it");
    }
    const prototype: unknown = getPrototypeOf(value);
    if (prototype === objectPrototype) return this.#plain(value);
    if (prototype === arrayPrototype && Array.isArray(value)) return this.array(value);
    encodeInstance(this, value, prototype as object | null);
  }

  #plain(value: object): void {
    const names = getOwnPropertyNames(value);
    if (
      names.length > FEW_KEYS ||
      names[0] === "constructor" ||
      !isExtensible(value) ||
      getOwnPropertySymbols(value).length > 0
    ) {
      if (encodeNamedObject(this, value)) return;
      if (isExtensible(value) && getOwnPropertySymbols(value).length === 0) {
        return this.ordinary(value, names);
      }
      return encodeInstance(this, value, objectPrototype);
    }
    this.ordinary(value, names);
  }

  /** An object without inner state, as plain as can be: its properties with string keys. */
  ordinary(value: object, names: readonly string[]): void {
    this.#ids.add(value);
    const count = names.length;
    if (count === 0) return this.out.byte(tag.EMPTY_OBJECT);
    const shape = this.#shapes.find(names);
    if (shape === undefined) return this.#dictionary(value, names);
    if (shape.message === this.#message) {
      this.out.byte(tag.OBJECT_AGAIN);
      this.out.varint(shape.number);
    } else {
      shape.message = this.#message;
      shape.number = this.#shapesUsed++;
      this.out.raw(shape.bytes);
    }
    let i = 0;
    try {
      for (; i < count; i++) this.#property(value, names[i]!);
    } catch (error) {
      throw located(error, keyStep(names[i]!));
    }
  }

  #property(value: object, key: string): void {
    const descriptor = getOwnPropertyDescriptor(value, key)!;
    if (descriptor.writable === true && descriptor.enumerable && descriptor.configurable) {
      this.value(descriptor.value);
    } else writeProperty(this, descriptor);
  }

  #dictionary(value: object, names: readonly string[]): void {
    this.out.byte(tag.DICTIONARY);
    this.out.varint(names.length);
    for (const name of names) {
      this.out.string(name);
      try {
        this.#property(value, name);
      } catch (error) {
        throw located(error, keyStep(name));
      }
    }
  }

  /**
   * An array. Its elements are read directly: an accessor that was defined on an index arrives as
   * the value that it had.
   */
  array(value: readonly unknown[]): void {
    const extras = extraKeysOfIndexed(value, value.length);
    if (extras.length > 0 || !isExtensible(value)) {
      return writeExtras(this, value, undefined, extras, () => this.elements(value));
    }
    this.elements(value);
  }

  /** The elements of an array, or of an instance of a subclass of Array. */
  elements(value: readonly unknown[]): void {
    this.#ids.add(value);
    const { length } = value;
    if (length >= LONG && hasHoles(value)) return this.#sparse(value);
    this.out.byte(tag.ARRAY);
    this.out.varint(length);
    let i = 0;
    try {
      for (; i < length; i++) {
        const item = value[i];
        if (item === undefined && !Object.hasOwn(value, i)) this.out.byte(tag.HOLE);
        else this.value(item);
      }
    } catch (error) {
      throw located(error, `[${i}]`);
    }
  }

  #sparse(value: readonly unknown[]): void {
    const present = getOwnPropertyNames(value).filter(isIndex);
    this.out.byte(tag.SPARSE_ARRAY);
    this.out.varint(value.length);
    this.out.varint(present.length);
    for (const index of present) {
      this.out.varint(Number(index));
      this.within(`[${index}]`, value[Number(index)]);
    }
  }

  #bigint(value: bigint): void {
    if (value >= MIN_BIGINT64 && value <= MAX_BIGINT64) {
      this.out.byte(tag.BIGINT64);
      this.out.int32(Number(BigInt.asIntN(32, value)));
      return this.out.int32(Number(BigInt.asIntN(32, value >> 32n)));
    }
    const digits = (value < 0n ? -value : value).toString(16);
    const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
    this.out.pair(tag.BIGINT, value < 0n ? 1 : 0);
    this.out.varint(bytes.length);
    this.out.raw(bytes);
  }

  #into(encoder: Encoder, value: unknown, target: Uint8Array, start: number, end: number): number {
    encoder.out.beginIn(target, start, end);
    encoder.#write(value, undefined);
    const { length, inPlace } = encoder.out;
    this.spilled = inPlace ? undefined : encoder.out.view();
    if (this.spilled !== undefined && length <= end - start) {
      // Room was asked for generously near the end, and not used.
      target.set(this.spilled, start);
      this.spilled = undefined;
    }
    return length;
  }

  #write(value: unknown, label: string | undefined): void {
    this.#busy = true;
    this.#message++;
    try {
      this.out.byte(tag.FORMAT);
      this.value(value);
      if (this.references.length > 0) this.#appendReferences();
    } catch (error) {
      throw refused(error, label ?? (typeof value === "function" ? value.name || "fn" : ""));
    } finally {
      this.#forget();
    }
  }

  /** References go to the end, where the receiver finds them before it decodes. */
  #appendReferences(): void {
    const { out } = this;
    const before = out.length;
    const references = [...this.references];
    this.#ids.clear();
    this.#message++;
    this.#shapesUsed = 0;
    this.value(references);
    out.int32(out.length - before);
    out.bytes[out.position - out.length] = tag.FORMAT_WITH_REFERENCES;
  }

  #forget(): void {
    this.#ids.clear();
    this.#shapesUsed = 0;
    this.references.length = 0;
    if (this.scopes.size > 0) this.scopes.clear();
    if (this.reducing.size > 0) this.reducing.clear();
    this.#busy = false;
  }

  /** For a message begun while another is being written, by a hook or a getter that runs. */
  #nested(): Encoder {
    return (this.#inner ??= new Encoder(this.options));
  }
}

function hasHoles(value: readonly unknown[]): boolean {
  for (let i = 0; i < value.length; i++) {
    if (value[i] === undefined && !Object.hasOwn(value, i)) return true;
  }
  return false;
}

function refused(error: unknown, label: string): unknown {
  if (error instanceof Refusal) return error.toPicklingError(label);
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    const reason = "it is nested too deeply; send it in parts, or as a flat list";
    return new PicklingError(`Cannot send ${label || "the value"}: ${reason}`, label);
  }
  return error;
}
