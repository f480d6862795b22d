/**
 * Objects that are neither plain nor arrays, in this order of preference: by name (`fs`), by handle
 * (a lock), by their own `reduce` hook, as a built-in kind, as an instance of a class, as an
 * attachment (a socket).
 *
 * An instance is written as the plain object of its fields with its prototype beside it; the
 * prototype goes through its class, so that the receiver's class is the one that it knows.
 */
import { types } from "node:util";
import { PicklingError } from "../errors.ts";
import type { Destination } from "./destination.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { encodeNamedObject } from "./function-node.ts";
import { handleRegistrations, handleType, handleTypeName } from "./handles.ts";
import { outOfBandKind } from "./kinds/binary.ts";
import type { Kind } from "./kinds/kind.ts";
import { kindOf, usualKind } from "./kinds/all.ts";
import { PlainList } from "./plain-list.ts";
import { keyStep, writeExtras } from "./properties.ts";
import { constructorOf, isStandard, nativeState } from "./prototypes.ts";
import { located, Refusal } from "./refusal.ts";
import * as tag from "./tags.ts";

const SHARED =
  "a SharedArrayBuffer is shared by the threads of one process only; " +
  "use shareBuffer(), SharedMemory or SharedArray of manyhands/multiprocessing";
const SHARED_LATE =
  "a SharedArrayBuffer reaches a thread only when that starts, in the args of a Thread; " +
  "use shareBuffer(), SharedArray or RawArray of manyhands/multiprocessing";
const REDUCE = Symbol.for("manyhands.reduce");

/** Prototypes of classes whose instances are nothing but their fields. */
let fieldsOnly = new WeakSet<object>();
let asOf = 0;

export function encodeInstance(writer: GraphWriter, value: object, prototype: object | null): void {
  if (prototype !== null) {
    if (prototype === PlainList.prototype) return writer.list((value as PlainList).items);
    const usual = usualKind(prototype);
    if (usual?.is(value) === true) return encodeKind(writer, value, usual, undefined);
    if (fieldsOnly.has(prototype) && asOf === handleRegistrations()) {
      if (constructorOf(value) === undefined && !(REDUCE in value)) {
        return encodeFields(writer, value, prototype);
      }
    }
  }
  encodeUnusual(writer, value, prototype);
}

function encodeUnusual(writer: GraphWriter, value: object, prototype: object | null): void {
  if (encodeNamedObject(writer, value)) return;
  if (encodeHandle(writer, value)) return;
  const own = constructorOf(value);
  if (own !== undefined) return encodePrototype(writer, own);
  const reduce: unknown = REDUCE in value ? value[REDUCE] : undefined;
  if (typeof reduce === "function") return encodeReduced(writer, value, reduce);
  if (types.isSharedArrayBuffer(value)) {
    const late = writer.options.destination === "thread";
    return encodeAttachment(writer, value, late ? SHARED_LATE : SHARED);
  }
  const kind = kindOf(value);
  if (kind !== undefined) return encodeKind(writer, value, kind, specialPrototype(value, kind));
  if (Array.isArray(value)) {
    const special = isStandard(prototype, "Array") ? undefined : prototype;
    const keys = Reflect.ownKeys(value).filter((key) => key !== "length" && !isIndexKey(key));
    return encodeSpecial(writer, value, special, keys, () => writer.elements(value));
  }
  if (types.isArgumentsObject(value)) {
    throw new Refusal("an arguments object cannot be copied; send [...arguments]");
  }
  encodeFields(writer, value, isStandard(prototype, "Object") ? undefined : prototype);
}

function encodeFields(
  writer: GraphWriter,
  value: object,
  special: object | null | undefined,
): void {
  const symbols = Object.getOwnPropertySymbols(value);
  encodeSpecial(writer, value, special, symbols, () =>
    writer.ordinary(value, Object.getOwnPropertyNames(value)),
  );
  if (special === undefined || special === null) return;
  if (asOf !== handleRegistrations()) {
    fieldsOnly = new WeakSet();
    asOf = handleRegistrations();
  }
  fieldsOnly.add(special);
}

/** The object's prototype where it is not the one that its kind gives. */
function specialPrototype(value: object, kind: Kind): object | null | undefined {
  const standard = kind.prototypeOf(value);
  const prototype = Object.getPrototypeOf(value) as object | null;
  const name = constructorOf(standard)?.name ?? kind.name;
  return prototype === standard || isStandard(prototype, name) ? undefined : prototype;
}

const isIndexKey = (key: string | symbol): boolean =>
  typeof key === "string" && String(Number(key) >>> 0) === key && key !== "4294967295";

function encodeKind(
  writer: GraphWriter,
  value: object,
  kind: Kind,
  special: object | null | undefined,
): void {
  const large = kind.tag === tag.ARRAY_BUFFER && writer.isLarge((value as ArrayBuffer).byteLength);
  const used = large ? (outOfBandKind as unknown as Kind) : kind;
  const keys = kind.extraKeys?.(value) ?? Reflect.ownKeys(value);
  encodeSpecial(writer, value, special, keys, () => {
    writer.register(value);
    writer.out.byte(used.tag);
    used.encode(value, writer);
  });
}

/** `special` is the prototype where it is not what the base gives. */
function encodeSpecial(
  writer: GraphWriter,
  value: object,
  special: object | null | undefined,
  keys: readonly (string | symbol)[],
  base: () => void,
): void {
  if (special === undefined) return writeExtras(writer, value, undefined, keys, base);
  if (special !== null) {
    const native = nativeState(writer, special);
    if (native !== undefined) return encodeAttachment(writer, value, native);
  }
  writeExtras(writer, value, () => writePrototype(writer, special), keys, base);
}

/** Hands the object to the channel to go beside the message, which `reason` keeps it out of. */
function encodeAttachment(writer: GraphWriter, value: object, reason: string): void {
  const number = writer.options.attachments?.put(value);
  if (number === undefined) throw new Refusal(reason);
  writer.register(value);
  writer.out.byte(tag.ATTACHMENT);
  writer.out.varint(number);
}

/**
 * A Proxy stands for another object unnoticeably, so only a type of handle that knows it (the proxy
 * of a manager) can say what it is.
 */
export function encodeProxy(writer: GraphWriter, value: object): void {
  if (encodeHandle(writer, value)) return;
  throw new Refusal("a Proxy cannot be copied; send the object behind it");
}

function writePrototype(writer: GraphWriter, prototype: object | null): void {
  if (prototype === null) return writer.out.byte(tag.NULL);
  const type = constructorOf(prototype);
  if (type !== undefined) return encodePrototype(writer, type);
  writer.within("[[Prototype]]", prototype);
}

function encodePrototype(writer: GraphWriter, type: Function): void {
  writer.out.byte(tag.PROTOTYPE_OF);
  if (writer.known(type)) return;
  writer.within(`class ${type.name || "(anonymous)"}`, type);
}

function encodeHandle(writer: GraphWriter, value: object): boolean {
  const typeName = handleTypeName(value);
  if (typeName === undefined || handleType(typeName)!.isPlain?.(value) === true) return false;
  const { destination } = writer.options;
  if (!mayGo(destination, typeName)) {
    throw new Refusal(
      `a ${typeName} is shared by the processes of one family; it does not go through a socket`,
    );
  }
  const handle = askHandle(writer, value, typeName);
  if (handle === undefined) return false;
  writer.register(value);
  writer.reducing.add(value);
  writer.out.byte(tag.HANDLE);
  writer.out.string(typeName);
  writer.value(handle);
  writer.reducing.delete(value);
  return true;
}

/** Whether handles of a type mean anything at a destination. */
function mayGo(destination: Destination, typeName: string): boolean {
  if (destination === "peer") return handleType(typeName)!.travels === true;
  return destination !== "foreign";
}

function askHandle(writer: GraphWriter, value: object, typeName: string): unknown {
  try {
    return handleType(typeName)!.toHandle(value, {
      destination: writer.options.destination,
      onRefusal: (undo) => void writer.undo.push(undo),
    });
  } catch (error) {
    throw error instanceof PicklingError ? new Refusal(error.message) : error;
  }
}

function encodeReduced(writer: GraphWriter, value: object, reduce: Function): void {
  if (writer.options.destination === "foreign") {
    throw new Refusal("only plain data goes to a foreign peer, no instances of classes");
  }
  let parts: unknown;
  try {
    parts = Reflect.apply(reduce, value, []);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`its [Symbol.for('manyhands.reduce')] threw: ${String(cause)}`, [], {
      cause,
    });
  }
  if (!Array.isArray(parts) || typeof parts[0] !== "function" || !Array.isArray(parts[1])) {
    throw new Refusal("its [Symbol.for('manyhands.reduce')] must answer [factory, args]");
  }
  writer.register(value);
  writer.reducing.add(value);
  writer.out.byte(tag.REDUCED);
  try {
    writer.value(parts[0]);
    writer.value(parts[1]);
  } catch (error) {
    throw located(error, keyStep(REDUCE));
  }
  writer.reducing.delete(value);
}
