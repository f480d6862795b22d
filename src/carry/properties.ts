/** Properties and objects that are out of the ordinary, both ways. */
import type { Decoder } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
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
export function writeProperty(encoder: Encoder, descriptor: PropertyDescriptor): void {
  const accessor = descriptor.get !== undefined || descriptor.set !== undefined;
  const flags =
    (descriptor.enumerable === true ? tag.ENUMERABLE : 0) |
    (descriptor.configurable === true ? tag.CONFIGURABLE : 0) |
    (descriptor.writable === true ? tag.WRITABLE : 0) |
    (accessor ? tag.ACCESSOR : 0);
  const usual = tag.ENUMERABLE | tag.CONFIGURABLE | tag.WRITABLE;
  if (flags !== usual) encoder.out.pair(tag.PROPERTY, flags);
  if (!accessor) return encoder.value(descriptor.value);
  encoder.within("get", descriptor.get);
  encoder.within("set", descriptor.set);
}

/** Reads a property's value behind `key`, and defines it. */
export function readProperty(
  decoder: Decoder,
  object: object,
  key: string | symbol,
  mustWork = true,
): void {
  let flags = tag.ENUMERABLE | tag.CONFIGURABLE | tag.WRITABLE;
  if (decoder.in.peek() === tag.PROPERTY) {
    decoder.in.byte();
    flags = decoder.in.byte();
  }
  const descriptor: PropertyDescriptor = {
    enumerable: (flags & tag.ENUMERABLE) !== 0,
    configurable: (flags & tag.CONFIGURABLE) !== 0,
  };
  if ((flags & tag.ACCESSOR) !== 0) {
    descriptor.get = accessorOf(decoder);
    descriptor.set = accessorOf(decoder);
  } else {
    descriptor.value = decoder.value();
    descriptor.writable = (flags & tag.WRITABLE) !== 0;
  }
  if (!Reflect.defineProperty(object, key, descriptor) && mustWork) {
    throw decoder.in.damaged(`property ${String(key)} cannot be defined`);
  }
}

function accessorOf(decoder: Decoder): (() => unknown) | undefined {
  const value = decoder.value();
  if (value === undefined || typeof value === "function") return value as () => unknown;
  throw decoder.in.damaged("an accessor is no function");
}

/** A count of properties, each with its key. */
export function writeProperties(
  encoder: Encoder,
  properties: readonly (readonly [string | symbol, PropertyDescriptor])[],
): void {
  encoder.out.varint(properties.length);
  for (const [key, descriptor] of properties) {
    try {
      if (typeof key === "symbol") writeSymbol(encoder.out, key);
      else encoder.out.string(key);
      writeProperty(encoder, descriptor);
    } catch (error) {
      throw located(error, keyStep(key));
    }
  }
}

/** Reads properties onto `object`; those that it does not accept are damage, or passed over. */
export function readProperties(decoder: Decoder, object: object, mustWork = true): void {
  const count = decoder.in.count(2);
  for (let i = 0; i < count; i++) readProperty(decoder, object, decoder.key(), mustWork);
}

function integrityOf(value: object): number {
  if (Object.isExtensible(value)) return tag.EXTENSIBLE;
  // V8 calls an empty array frozen when it is only closed, and its length can still be set.
  const open = Array.isArray(value) && Object.getOwnPropertyDescriptor(value, "length")!.writable;
  if (open !== true && Object.isFrozen(value)) return tag.FROZEN;
  return Object.isSealed(value) ? tag.SEALED : tag.NON_EXTENSIBLE;
}

/**
 * Writes an object with what its `base` does not say: another prototype (undefined: the base's
 * own), further properties, frozenness.
 */
export function writeExtras(
  encoder: Encoder,
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
  encoder.out.pair(tag.EXTRAS, flags);
  base();
  prototype?.();
  if (keys.length === 0) return;
  const own = keys.map((key) => [key, Object.getOwnPropertyDescriptor(value, key)!] as const);
  writeProperties(encoder, own);
}

/** Only an object that the message itself makes may be given properties. */
function isNewObject(next: number): boolean {
  if (next >= tag.DATE) return next <= tag.DOM_EXCEPTION;
  return next >= tag.ARRAY && next <= tag.EMPTY_OBJECT;
}

/** Reads what follows an EXTRAS tag. */
export function readExtras(decoder: Decoder): object {
  const flags = decoder.in.byte();
  if (!isNewObject(decoder.in.peek())) throw decoder.in.damaged("extras without an object");
  const value = decoder.value() as object;
  if ((flags & tag.HAS_PROTOTYPE) !== 0) {
    const prototype = decoder.value();
    if (typeof prototype !== "object" && typeof prototype !== "function") {
      throw decoder.in.damaged("a prototype is no object");
    }
    if (!Reflect.setPrototypeOf(value, prototype)) throw decoder.in.damaged("a cyclic prototype");
  }
  if ((flags & tag.HAS_PROPERTIES) !== 0) readProperties(decoder, value);
  const integrity = flags >> tag.INTEGRITY_SHIFT;
  if (integrity === tag.FROZEN) decoder.building(() => Object.freeze(value));
  else if (integrity === tag.SEALED) decoder.building(() => Object.seal(value));
  else if (integrity === tag.NON_EXTENSIBLE) Object.preventExtensions(value);
  return value;
}
