/** Properties and objects that are out of the ordinary, both ways. */
import type { GraphReader } from "./graph-reader.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { located } from "./refusal.ts";
import { writeSymbol } from "./symbols.ts";
import * as tag from "./tags.ts";

/** A property's step in a path: `.name`, `["odd name"]`, `[Symbol(name)]`. */
export function keyStep(key: string | symbol): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `.${key}`
    : `[${JSON.stringify(key)}]`;
}

/** A property that is an accessor, hidden or read-only, in the place of its value. */
export function writeProperty(writer: GraphWriter, descriptor: PropertyDescriptor): void {
  const { get: getter, set: setter } = descriptor as { get?: unknown; set?: unknown };
  const accessor = getter !== undefined || setter !== undefined;
  const flags =
    (descriptor.enumerable === true ? tag.ENUMERABLE : 0) |
    (descriptor.configurable === true ? tag.CONFIGURABLE : 0) |
    (descriptor.writable === true ? tag.WRITABLE : 0) |
    (accessor ? tag.ACCESSOR : 0);
  const usual = tag.ENUMERABLE | tag.CONFIGURABLE | tag.WRITABLE;
  if (flags !== usual) writer.out.pair(tag.PROPERTY, flags);
  if (!accessor) {
    writer.enter(1);
    writer.value(descriptor.value);
    return writer.leave(1);
  }
  writer.within("get", getter);
  writer.within("set", setter);
}

/** Reads a property's value behind `key`, and defines it. */
export function readProperty(
  reader: GraphReader,
  object: object,
  key: string | symbol,
  mustWork = true,
): void {
  if (reader.in.peek() === tag.PROPERTY) {
    reader.in.byte();
    readIrregular(reader, object, key, mustWork);
  } else {
    reader.deliver((value) => define(reader, object, key, usual(value), mustWork));
  }
}

const usual = (value: unknown): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: true,
  configurable: true,
});

/** The same behind a PROPERTY tag. */
export function readIrregular(
  reader: GraphReader,
  object: object,
  key: string | symbol,
  mustWork = true,
): void {
  const flags = reader.in.byte();
  const descriptor: PropertyDescriptor = {
    enumerable: (flags & tag.ENUMERABLE) !== 0,
    configurable: (flags & tag.CONFIGURABLE) !== 0,
  };
  if ((flags & tag.ACCESSOR) !== 0) {
    descriptor.get = accessorOf(reader);
    descriptor.set = accessorOf(reader);
    return define(reader, object, key, descriptor, mustWork);
  }
  descriptor.writable = (flags & tag.WRITABLE) !== 0;
  reader.deliver((value) => {
    descriptor.value = value;
    define(reader, object, key, descriptor, mustWork);
  });
}

function define(
  reader: GraphReader,
  object: object,
  key: string | symbol,
  descriptor: PropertyDescriptor,
  mustWork: boolean,
): void {
  if (Reflect.defineProperty(object, key, descriptor) || !mustWork) return;
  throw reader.in.damaged(`property ${String(key)} cannot be defined`);
}

function accessorOf(reader: GraphReader): (() => unknown) | undefined {
  const value = reader.value();
  if (value === undefined || typeof value === "function") return value as () => unknown;
  throw reader.in.damaged("an accessor is no function");
}

/** A count of properties, each with its key. */
export function writeProperties(
  writer: GraphWriter,
  properties: readonly (readonly [string | symbol, PropertyDescriptor])[],
): void {
  writer.out.varint(properties.length);
  for (const [key, descriptor] of properties) {
    try {
      if (typeof key === "symbol") writeSymbol(writer.out, key);
      else writer.out.string(key);
      writeProperty(writer, descriptor);
    } catch (error) {
      throw located(error, keyStep(key));
    }
  }
}

/** Reads properties onto `object`; those that it does not accept are damage, or passed over. */
export function readProperties(reader: GraphReader, object: object, mustWork = true): void {
  const count = reader.in.count(2);
  for (let i = 0; i < count; i++) readProperty(reader, object, reader.key(), mustWork);
}

/** What can still be done to an object, as one of the four integrity levels. */
export function integrityOf(value: object): number {
  if (Object.isExtensible(value)) return tag.EXTENSIBLE;
  // V8 calls an empty array frozen when it is only closed, and its length can still be set.
  const open = Array.isArray(value) && Object.getOwnPropertyDescriptor(value, "length")!.writable;
  if (open !== true && Object.isFrozen(value)) return tag.FROZEN;
  return Object.isSealed(value) ? tag.SEALED : tag.NON_EXTENSIBLE;
}

/** Takes away what `integrityOf` said of the original. */
export function restrict(reader: GraphReader, value: object, integrity: number): void {
  if (integrity === tag.FROZEN) reader.building(() => Object.freeze(value));
  else if (integrity === tag.SEALED) reader.building(() => Object.seal(value));
  else if (integrity === tag.NON_EXTENSIBLE) Object.preventExtensions(value);
}

/**
 * Writes an object with what its `base` does not say: another prototype (undefined: the base's
 * own), further properties, frozenness.
 */
export function writeExtras(
  writer: GraphWriter,
  value: object,
  prototype: (() => void) | undefined,
  keys: readonly (string | symbol)[],
  base: () => void,
): void {
  const integrity = integrityOf(value);
  const flags =
    (prototype === undefined ? 0 : tag.HAS_PROTOTYPE) |
    (keys.length === 0 ? 0 : tag.HAS_PROPERTIES) |
    (integrity << tag.INTEGRITY_SHIFT);
  if (flags === 0) return base();
  writer.out.pair(tag.EXTRAS, flags);
  writer.enter(1);
  base();
  prototype?.();
  if (keys.length > 0) {
    const own = keys.map((key) => [key, Object.getOwnPropertyDescriptor(value, key)!] as const);
    writeProperties(writer, own);
  }
  writer.leave(1);
}

/** Only an object that the message itself makes may be given properties. */
function isNewObject(next: number): boolean {
  if (next >= tag.DATE) return next <= tag.DOM_EXCEPTION;
  return (next >= tag.ARRAY && next <= tag.EMPTY_OBJECT) || next === tag.PACKED_ARRAY;
}

/** Reads what follows an EXTRAS tag. */
export function readExtras(reader: GraphReader): object {
  const flags = reader.in.byte();
  if (!isNewObject(reader.in.peek())) throw reader.in.damaged("extras without an object");
  const value = reader.value() as object;
  if ((flags & tag.HAS_PROTOTYPE) !== 0) {
    const prototype = reader.value();
    if (typeof prototype !== "object" && typeof prototype !== "function") {
      throw reader.in.damaged("a prototype is no object");
    }
    if (!Reflect.setPrototypeOf(value, prototype)) throw reader.in.damaged("a cyclic prototype");
  }
  if ((flags & tag.HAS_PROPERTIES) !== 0) readProperties(reader, value);
  restrict(reader, value, flags >> tag.INTEGRITY_SHIFT);
  return value;
}
