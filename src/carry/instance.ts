/**
 * Objects that are neither plain nor arrays, in this order of preference: by name (`fs`), by handle
 * (a lock), by their own `reduce` hook, as a built-in kind, as an instance of a class.
 *
 * An instance is written as the plain object of its fields with its prototype beside it; the
 * prototype goes through its class, so that the receiver's class is the one that it knows.
 */
import { PicklingError } from "../errors.ts";
import type { Destination } from "./destination.ts";
import type { Encoder } from "./encoder.ts";
import { encodeNamedObject } from "./function-node.ts";
import { handleType, handleTypeName } from "./handles.ts";
import { outOfBandKind } from "./kinds/binary.ts";
import type { Kind } from "./kinds/kind.ts";
import { kindOf } from "./kinds/all.ts";
import { keyStep, writeExtras } from "./properties.ts";
import { checkInstance, constructorOf, isStandard } from "./prototypes.ts";
import { located, Refusal } from "./refusal.ts";
import * as tag from "./tags.ts";

const REDUCE = Symbol.for("manyhands.reduce");

export function encodeInstance(encoder: Encoder, value: object, prototype: object | null): void {
  if (encodeNamedObject(encoder, value)) return;
  if (encodeHandle(encoder, value)) return;
  const reduce: unknown = REDUCE in value ? value[REDUCE] : undefined;
  if (typeof reduce === "function") return encodeReduced(encoder, value, reduce);
  const own = prototype === null ? undefined : constructorOf(value);
  if (own !== undefined) return encodePrototype(encoder, value, own);
  const kind = kindOf(value);
  if (kind !== undefined) return encodeKind(encoder, value, kind);
  if (Array.isArray(value)) {
    const special = isStandard(prototype, "Array") ? undefined : prototype;
    const keys = Reflect.ownKeys(value).filter((key) => key !== "length" && !isIndexKey(key));
    return encodeSpecial(encoder, value, special, keys, () => encoder.elements(value));
  }
  const special = isStandard(prototype, "Object") ? undefined : prototype;
  const symbols = Object.getOwnPropertySymbols(value);
  encodeSpecial(encoder, value, special, symbols, () =>
    encoder.ordinary(value, Object.getOwnPropertyNames(value)),
  );
}

const isIndexKey = (key: string | symbol): boolean =>
  typeof key === "string" && String(Number(key) >>> 0) === key && key !== "4294967295";

function encodeKind(encoder: Encoder, value: object, kind: Kind): void {
  const large = kind.tag === tag.ARRAY_BUFFER && encoder.isLarge((value as ArrayBuffer).byteLength);
  const used = large ? (outOfBandKind as unknown as Kind) : kind;
  const standard = kind.prototypeOf(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const special =
    prototype === standard || isStandard(prototype, kind.name) ? undefined : prototype;
  const keys = kind.extraKeys?.(value) ?? Reflect.ownKeys(value);
  encodeSpecial(encoder, value, special, keys, () => {
    encoder.register(value);
    encoder.out.byte(used.tag);
    used.encode(value, encoder);
  });
}

/** `special` is the prototype where it is not what the base gives. */
function encodeSpecial(
  encoder: Encoder,
  value: object,
  special: object | null | undefined,
  keys: readonly (string | symbol)[],
  base: () => void,
): void {
  if (special === undefined) {
    if (Object.prototype.toString.call(value) === "[object Arguments]") {
      throw new Refusal("an arguments object cannot be copied; send [...arguments]");
    }
    return writeExtras(encoder, value, undefined, keys, base);
  }
  if (special !== null) checkInstance(encoder, value, special);
  writeExtras(encoder, value, () => writePrototype(encoder, special), keys, base);
}

function writePrototype(encoder: Encoder, prototype: object | null): void {
  if (prototype === null) return encoder.out.byte(tag.NULL);
  const type = constructorOf(prototype);
  if (type !== undefined) return encodePrototype(encoder, prototype, type);
  encoder.within("[[Prototype]]", prototype);
}

function encodePrototype(encoder: Encoder, _prototype: object, type: Function): void {
  encoder.out.byte(tag.PROTOTYPE_OF);
  encoder.within(`class ${type.name || "(anonymous)"}`, type);
}

function encodeHandle(encoder: Encoder, value: object): boolean {
  const typeName = handleTypeName(value);
  if (typeName === undefined) return false;
  const { destination } = encoder.options;
  if (destination === "foreign") {
    throw new Refusal(`a ${typeName} goes to its own family only, not to a foreign peer`);
  }
  const handle = askHandle(value, typeName, destination);
  if (handle === undefined) return false;
  encoder.register(value);
  encoder.reducing.add(value);
  encoder.out.byte(tag.HANDLE);
  encoder.out.string(typeName);
  encoder.value(handle);
  encoder.reducing.delete(value);
  return true;
}

function askHandle(value: object, typeName: string, destination: Destination): unknown {
  try {
    return handleType(typeName)!.toHandle(value, { destination });
  } catch (error) {
    throw error instanceof PicklingError ? new Refusal(error.message) : error;
  }
}

function encodeReduced(encoder: Encoder, value: object, reduce: Function): void {
  if (encoder.options.destination === "foreign") {
    throw new Refusal("only plain data goes to a foreign peer, no instances of classes");
  }
  let parts: unknown;
  try {
    parts = Reflect.apply(reduce, value, []);
  } catch (cause) {
    throw new Refusal(`its [Symbol.for('manyhands.reduce')] threw: ${String(cause)}`, [], {
      cause,
    });
  }
  if (!Array.isArray(parts) || typeof parts[0] !== "function" || !Array.isArray(parts[1])) {
    throw new Refusal("its [Symbol.for('manyhands.reduce')] must answer [factory, args]");
  }
  encoder.register(value);
  encoder.reducing.add(value);
  encoder.out.byte(tag.REDUCED);
  try {
    encoder.value(parts[0]);
    encoder.value(parts[1]);
  } catch (error) {
    throw located(error, keyStep(REDUCE));
  }
  encoder.reducing.delete(value);
}
