/**
 * What a prototype says about the objects that have it: which class they belong to, and whether an
 * instance can be rebuilt from its properties alone.
 */
import type { GraphWriter } from "./graph-writer.ts";
import { isOfOtherCopy } from "./handles.ts";
import { Refusal } from "./refusal.ts";

/** Whether a function is built into the language or Node. */
export const isNative = (fn: Function): boolean =>
  Function.prototype.toString.call(fn).endsWith("{ [native code] }");

/** The class that `prototype` is the prototype of. */
export function constructorOf(prototype: object): Function | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const type: unknown = descriptor?.value;
  if (typeof type !== "function") return undefined;
  const back = Object.getOwnPropertyDescriptor(type, "prototype");
  return back?.value === prototype ? type : undefined;
}

/** Whether a prototype is that of the built-in class `name`, in this realm or in another. */
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

const namesIn = (text: string, pattern: RegExp): Set<string> =>
  new Set(Array.from(text.matchAll(pattern), ([, name]) => name!));

/** The names of a class's own `#private` fields and methods: no state of its instances. */
export const staticPrivates = (type: Function): ReadonlySet<string> =>
  namesIn(Function.prototype.toString.call(type), STATIC);

/**
 * Whether instances have #private state: something that no code outside the class can read. Text
 * in quotes does not count, except where taking out quotes could have taken out code.
 */
function hasPrivateState(type: Function): boolean {
  const source = Function.prototype.toString.call(type);
  if (!source.includes("#")) return false;
  const ofClass = staticPrivates(type);
  const text = CERTAIN.test(source) ? source : source.replace(QUOTED, " ");
  return [...namesIn(text, PRIVATE)].some((name) => !ofClass.has(name));
}

interface Verdict {
  /** It has state of the language's or Node's own. */
  readonly native?: string;
  /** It has #private fields. */
  readonly hidden?: string;
}

const verdicts = new WeakMap<object, Verdict>();

/**
 * Why an instance with this prototype cannot be rebuilt from its properties, being an object of the
 * language or of Node that is no kind of the codec; undefined when it can.
 * @throws Refusal when it has `#private` fields, or goes to a foreign peer
 */
export function nativeState(writer: GraphWriter, prototype: object): string | undefined {
  if (writer.options.destination === "foreign") {
    throw new Refusal("only plain data goes to a foreign peer, no instances of classes");
  }
  let verdict = verdicts.get(prototype);
  if (verdict === undefined) {
    verdict = verdictOn(writer, prototype);
    verdicts.set(prototype, verdict);
  }
  if (verdict.hidden !== undefined) throw new Refusal(verdict.hidden);
  return verdict.native;
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

/** Generators and iterators have no class: their prototypes say what they are. */
function iteratorName(prototype: object): string | undefined {
  const name: unknown = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value;
  return typeof name === "string" && /Generator$|Iterator$/.test(name) ? name : undefined;
}

function verdictOn(writer: GraphWriter, prototype: object): Verdict {
  let step: object | null = prototype;
  for (; step !== null; step = Object.getPrototypeOf(step) as object | null) {
    const type = constructorOf(step);
    if (type === undefined) {
      const name = iteratorName(step);
      if (name !== undefined) return nativeVerdict(name, "a built-in object");
      continue;
    }
    if (isKindPrototype(step, type)) continue;
    const home = homeOf(writer, type);
    if (home !== undefined) {
      // Errors are data, also where their class is Node's, such as AssertionError.
      if (step instanceof Error) continue;
      return nativeVerdict(type.name, home);
    }
    if (hasPrivateState(type)) return { hidden: whyHidden(type, prototype) };
  }
  return {};
}

function whyHidden(type: Function, prototype: object): string {
  return isOfOtherCopy(prototype)
    ? `an instance of class ${type.name} is of another copy of manyhands, which alone can send ` +
        "it; make it with the copy that sends it, or have all that the program uses share one copy"
    : `an instance of class ${type.name} has #private fields, which cannot be read; ` +
        "give the class a method [Symbol.for('manyhands.reduce')]() that answers [factory, args]";
}

/** Where a class is from that comes with the language or Node. */
function homeOf(writer: GraphWriter, type: Function): string | undefined {
  if (isNative(type)) return "a built-in object";
  const home = writer.options.carrier?.describeObject(type);
  return home?.kind === "builtin" ? home.path[0] : undefined;
}

function nativeVerdict(name: string, home: string): Verdict {
  const article = /^[AEIOU]/.test(name) ? "an" : "a";
  const instead = advice[name] ?? "send what it was made from, and make it there";
  return {
    native: `${article} ${name} (${home}) holds native state and cannot be copied; ${instead}`,
  };
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
