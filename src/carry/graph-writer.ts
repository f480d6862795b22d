/**
 * Writes a graph of values as bytes.
 *
 * One walk, writing as it goes. Plain objects and arrays are written here, because
 * nearly every message consists of them; the other built-in kinds are in `kinds/`, functions in
 * `function-node.ts`, instances of classes in `instance.ts`. An object gets its number before its
 * contents, so cycles need no care.
 *
 * Full fidelity is checked, not hoped for: own keys are taken with the hidden ones, each property
 * by its descriptor. Anything out of the ordinary is written beside the object (EXTRAS) or in the
 * place of the property's value (PROPERTY), so ordinary objects have no bytes for it.
 */
import { types } from "node:util";
import { writeBigint } from "./bigints.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { EncoderOptions } from "./destination.ts";
import type { ReferenceHeader, ModuleHeader } from "./function-carrier.ts";
import { encodeFunction, encodeNamedObject } from "./function-node.ts";
import { encodeInstance, encodeProxy } from "./instance.ts";
import { extraKeysOfIndexed } from "./indexed-keys.ts";
import { NodeIds } from "./node-ids.ts";
import { writePacked } from "./packed-array.ts";
import { keyStep, writeExtras, writeProperty } from "./properties.ts";
import { located, Refusal } from "./refusal.ts";
import { WriterShapes } from "./shapes.ts";
import { hasHoles, writeSparse } from "./sparse-array.ts";
import { writeSymbol } from "./symbols.ts";
import * as tag from "./tags.ts";

const { getPrototypeOf, getOwnPropertyNames, getOwnPropertySymbols } = Object;
const { getOwnPropertyDescriptor, isExtensible } = Object;
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;
/** In levels of plain objects; others count more. Half of what Node's usual stack allows. */
const MAX_DEPTH = 1200;
const OUT_OF_BAND_BYTES = 1 << 16;
/** Holes in shorter arrays are written one by one. */
const SPARSE_FROM = 128;
/** Objects with more keys may be namespaces such as `fs`, which cross by name. */
const FEW_KEYS = 8;

/** The walk of one message at a time; `Encoder` is what others use. */
export class GraphWriter {
  readonly options: EncoderOptions;
  readonly out: ByteWriter = new ByteWriter();
  /** What the receiver must have loaded before it can decode without waiting. */
  readonly references: (ReferenceHeader | ModuleHeader)[] = [];
  /** Which variables of a module scope this message holds already. */
  readonly scopes: Map<object, Set<string>> = new Map();
  /** What to do when the message is refused after all: handles counted, data put out of band. */
  readonly undo: (() => void)[] = [];
  /** Objects whose `reduce` hook is being followed: they do not exist yet at the receiver. */
  readonly reducing: Set<object> = new Set();
  readonly #threshold: number;
  /** Kept, since it would be looked up in its module for each object. */
  readonly #types = types;
  readonly #ids = new NodeIds();
  readonly #shapes = new WriterShapes();
  #message = 0;
  #depth = 0;
  #shapesUsed = 0;

  constructor(options: EncoderOptions) {
    this.options = options;
    this.#threshold = options.outOfBandBytes ?? OUT_OF_BAND_BYTES;
  }

  /** Begins a list of nodes of its own: a message, or the references behind it. */
  begin(): void {
    this.#message++;
    this.#shapesUsed = 0;
    this.#depth = 0;
    this.#ids.clear();
  }

  /**
   * Goes one level deeper, or as many as the receiver needs stack for. A limit that does not depend
   * on the sender's stack: what is sent must be decoded by a receiver that has just started.
   */
  enter(levels: number): void {
    this.#depth += levels;
    if (this.#depth > MAX_DEPTH) {
      throw new Refusal("this is nested too deeply; send it in parts, or as a flat list");
    }
  }

  leave(levels: number): void {
    this.#depth -= levels;
  }

  /** Lets go of what the message was made from. */
  forget(): void {
    this.#ids.clear();
    if (this.references.length > 0) this.references.length = 0;
    if (this.scopes.size > 0) this.scopes.clear();
    if (this.reducing.size > 0) this.reducing.clear();
    if (this.undo.length > 0) this.undo.length = 0;
  }

  /** Whether binary data of this size goes out of band. */
  isLarge(sizeBytes: number): boolean {
    return this.options.outOfBand !== undefined && sizeBytes >= this.#threshold;
  }

  /** Puts binary data out of band and writes its number. */
  outOfBand(bytes: Uint8Array): void {
    const sink = this.options.outOfBand!;
    const number = sink.put(bytes);
    this.undo.push(() => sink.discard?.(number));
    this.out.varint(number);
  }

  /** Gives an object its number; its contents follow. */
  register(object: object): void {
    this.#ids.add(object);
  }

  /** Writes a value that `step` leads to, for the path of a refusal. */
  within(step: string | (() => string), value: unknown): void {
    this.enter(2);
    try {
      this.value(value);
    } catch (error) {
      throw located(error, typeof step === "string" ? step : step());
    }
    this.leave(2);
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
        return writeBigint(this.out, value);
      case "symbol":
        return writeSymbol(this.out, value);
    }
  }

  /** Writes the number of an object that the message holds already; false when it does not. */
  known(object: object): boolean {
    const id = this.#ids.find(object);
    if (id < 0) return false;
    if (this.reducing.size > 0 && this.reducing.has(object)) {
      throw new Refusal("what is sent in its place leads back to itself");
    }
    this.out.byte(tag.BACK);
    this.out.varint(id);
    return true;
  }

  object(value: object): void {
    if (this.known(value)) return;
    if (this.#types.isProxy(value)) return encodeProxy(this, value);
    const prototype: unknown = getPrototypeOf(value);
    if (prototype === objectPrototype) return this.#plain(value);
    if (prototype === arrayPrototype && Array.isArray(value)) return this.array(value);
    encodeInstance(this, value, prototype as object | null);
  }

  #plain(value: object): void {
    const names = getOwnPropertyNames(value);
    if (
      names[0] === "constructor" ||
      !isExtensible(value) ||
      getOwnPropertySymbols(value).length > 0
    ) {
      return encodeInstance(this, value, objectPrototype);
    }
    if (names.length > FEW_KEYS && encodeNamedObject(this, value)) return;
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
    this.enter(1);
    let i = 0;
    try {
      for (; i < count; i++) this.#property(value, names[i]!);
    } catch (error) {
      throw located(error, keyStep(names[i]!));
    }
    this.leave(1);
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
    this.enter(2);
    for (const name of names) {
      this.out.string(name);
      try {
        this.#property(value, name);
      } catch (error) {
        throw located(error, keyStep(name));
      }
    }
    this.leave(2);
  }

  /**
   * An array. Its elements are read directly: an accessor that was defined on an index arrives as
   * the value that it had.
   */
  array(value: readonly unknown[]): void {
    const extras = extraKeysOfIndexed(value, value.length);
    if (extras.length > 0 || !isExtensible(value)) return this.#specialArray(value, extras);
    this.elements(value);
  }

  #specialArray(value: readonly unknown[], extras: readonly (string | symbol)[]): void {
    writeExtras(this, value, undefined, extras, () => this.elements(value));
  }

  /** An array that has nothing but its elements. */
  list(value: readonly unknown[]): void {
    if (!this.known(value)) this.elements(value);
  }

  /** The elements of an array, or of an instance of a subclass of Array. */
  elements(value: readonly unknown[]): void {
    this.#ids.add(value);
    const { length } = value;
    if (writePacked(this.out, value)) return;
    if (length >= SPARSE_FROM && hasHoles(value)) return writeSparse(this, value);
    this.out.byte(tag.ARRAY);
    this.out.varint(length);
    this.enter(1);
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
    this.leave(1);
  }
}
