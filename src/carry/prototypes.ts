/**
 * What a prototype says about the objects that have it: which class they belong to, and whether an
 * instance can be rebuilt from its properties alone.
 */
import type { Encoder } from "./encoder.ts";
import { Refusal } from "./refusal.ts";

const isNative = (fn: Function): boolean =>
  Function.prototype.toString.call(fn).endsWith("{ [native code] }");

/** The class that `prototype` is the prototype of. */
export function constructorOf(prototype: object): Function | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const type: unknown = descriptor?.value;
  if (typeof type !== "function") return undefined;
  const back = Object.getOwnPropertyDescriptor(type, "prototype");
  return back?.value === prototype ? type : undefined;
}

/** Whether a prototype is that of the built-in class `name`, of this realm or another (`node:vm`). */
export function isStandard(prototype: object | null, name: string): boolean {
  if (prototype === null) return false;
  const type = constructorOf(prototype);
  return type !== undefined && type.name === name && (isGlobal(type) || isNative(type));
}

const PRIVATE = /(?:\.\s*|[\s({[,;!&|])#([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;
const STATIC = /\bstatic\s+(?:(?:async|get|set)\s+|\*\s*)*#([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu;
const QUOTED =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
const CERTAIN = /\bthis\s*\.\s*#|^\s*#[\p{ID_Start}$_][\p{ID_Continue}$]*\s*[=;(]/mu;

/**
 * Whether instances have #private state: something that no code outside the class can read. Text
 * in quotes does not count, except where taking out quotes could have taken out code.
 */
function hasPrivateState(type: Function): boolean {
  const source = Function.prototype.toString.call(type);
  if (!source.includes("#")) return false;
  const names = (text: string, pattern: RegExp): Set<string> =>
    new Set(Array.from(text.matchAll(pattern), ([, name]) => name!));
  const ofClass = names(source, STATIC);
  const text = CERTAIN.test(source) ? source : source.replace(QUOTED, " ");
  return [...names(text, PRIVATE)].some((name) => !ofClass.has(name));
}

/** The reasons found, by prototype; undefined in the map for a prototype without one. */
const verdicts = new WeakMap<object, string | undefined>();

/**
 * Throws a Refusal when an instance with this prototype has state that its properties do not show:
 * the built-in and Node classes that are no kind of the codec, and `#private` fields.
 */
export function checkInstance(encoder: Encoder, value: object, prototype: object): void {
  if (encoder.options.destination === "foreign") {
    throw new Refusal("only plain data goes to a foreign peer, no instances of classes");
  }
  let reason = verdicts.get(prototype);
  if (reason === undefined && !verdicts.has(prototype)) {
    reason = verdictOn(encoder, value, prototype);
    verdicts.set(prototype, reason);
  }
  if (reason !== undefined) throw new Refusal(reason);
}

const advice: Readonly<Record<string, string>> = {
  Promise: "await it first and send its value",
  WeakMap: "send a Map",
  WeakSet: "send a Set",
  WeakRef: "send what it refers to",
  Generator: "send the generator function, or an array of its values",
  AsyncGenerator: "send the generator function, or an array of its values",
  Worker: "threads and processes do not cross",
  AbortController: "send its signal",
  ReadableStream: "read it here and send the data",
};

function verdictOn(encoder: Encoder, value: object, prototype: object): string | undefined {
  const tagName = Object.prototype.toString.call(value).slice(8, -1);
  let step: object | null = prototype;
  for (; step !== null; step = Object.getPrototypeOf(step) as object | null) {
    const type = constructorOf(step);
    if (type === undefined) {
      if (/Generator|Iterator/.test(tagName)) return foreignState(tagName, "a built-in object");
      continue;
    }
    if (isKindPrototype(step, type)) continue;
    if (isNative(type)) return foreignState(type.name, "a built-in object");
    const home = encoder.options.carrier?.describeObject(type);
    if (home?.kind === "builtin") return foreignState(type.name, home.path[0]!);
    if (hasPrivateState(type)) {
      return (
        `an instance of class ${type.name} has #private fields, which cannot be read; ` +
        "give the class a method [Symbol.for('manyhands.reduce')]() that answers [factory, args]"
      );
    }
  }
  return undefined;
}

function foreignState(name: string, home: string): string {
  const what = `a ${name} (${home}) holds state outside of its properties and cannot be copied`;
  const instead = advice[name] ?? "send what it was made from, and make it there";
  return `${what}; ${instead}`;
}

const kindNames = new Set(
  (
    "Object Function Array Map Set Date RegExp Error EvalError RangeError ReferenceError " +
    "SyntaxError TypeError URIError AggregateError ArrayBuffer SharedArrayBuffer DataView Number " +
    "String Boolean Symbol BigInt Buffer URL URLSearchParams DOMException TypedArray"
  ).split(" "),
);

function isKindPrototype(prototype: object, type: Function): boolean {
  if (kindNames.has(type.name) && (isNative(type) || isGlobal(type))) return true;
  return prototype === Object.getPrototypeOf(Uint8Array.prototype) || isTypedArray(type);
}

const isGlobal = (type: Function): boolean =>
  (globalThis as Record<string, unknown>)[type.name] === type;

const isTypedArray = (type: Function): boolean =>
  isNative(type) && /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(type.name);
