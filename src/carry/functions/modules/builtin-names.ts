/**
 * The names of what every realm has: globals, their members and prototypes, and the exports of
 * Node's own modules. Such things cross by name.
 *
 * A table from object to name is made at first need, of what costs nothing to look at: a getter is
 * not run, and classes that Node loads when they are first touched are looked up by their name.
 * Globals that the program made or replaced have no name here.
 */
import { builtinModules } from "node:module";
import { promisify } from "node:util";
import { UnpicklingError } from "../../../errors.ts";
import { nameInOtherRealm } from "./other-realms.ts";

type Path = readonly string[];

/** Node's own globals that are enumerable, as what a program assigns is. */
const ENUMERABLE =
  "global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout " +
  "queueMicrotask structuredClone atob btoa performance fetch crypto navigator localStorage " +
  "sessionStorage";
/** Accessors that may be read. */
const READ = new Set(["process", "Buffer", "performance"]);
/** Classes that Node loads when even their property is looked at. */
const LAZY =
  "MessageChannel MessagePort MessageEvent BroadcastChannel Blob File Headers Request Response " +
  "FormData WebSocket EventSource CloseEvent CustomEvent Storage Navigator Performance " +
  "PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver " +
  "PerformanceObserverEntryList PerformanceResourceTiming DOMException Crypto CryptoKey " +
  "SubtleCrypto ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader " +
  "ReadableStreamBYOBRequest ReadableByteStreamController ReadableStreamDefaultController " +
  "WritableStream WritableStreamDefaultController WritableStreamDefaultWriter TransformStream " +
  "TransformStreamDefaultController TextEncoderStream TextDecoderStream CompressionStream " +
  "DecompressionStream ByteLengthQueuingStrategy CountQueuingStrategy QuotaExceededError " +
  "URLPattern ErrorEvent";

/** The step from a function to what `promisify` makes of it, where Node provides that. */
const PROMISIFIED = "(promisify.custom)";

const lazy = new Set(LAZY.split(" "));
const globalNames = new Set(Object.getOwnPropertyNames(globalThis).filter(isNodes));

function isNodes(name: string): boolean {
  if (lazy.has(name) || ENUMERABLE.split(" ").includes(name)) return true;
  return Object.getOwnPropertyDescriptor(globalThis, name)?.enumerable === false;
}

let names: Map<object, Path> | undefined;
const readModules = new Set<string>();
let loadListLength = 0;

/** The name of a global or of something that a Node module exports; undefined for the rest. */
export function builtinName(value: object): Path | undefined {
  names ??= nameGlobals();
  const found = names.get(value) ?? lazyName(value);
  if (found !== undefined) return found;
  const late = nameLoadedModules(names) ? names.get(value) : undefined;
  return late ?? nameInOtherRealm(value, names);
}

/** Whether every realm has a global of this name. */
export function isBuiltinGlobal(name: string): boolean {
  return globalNames.has(name);
}

/** What a path made by `builtinName` leads to in this realm. */
export function findBuiltin(path: Path): object {
  const [first, ...rest] = path;
  const start: unknown = first!.startsWith("node:")
    ? process.getBuiltinModule(first!)
    : (globalThis as Record<string, unknown>)[first!];
  const found = rest.reduce<unknown>(
    (object, key) => (object as Record<PropertyKey, unknown> | undefined)?.[keyOf(key)],
    start,
  );
  if (isObject(found)) return found;
  throw new UnpicklingError(`this Node (${process.version}) has no ${path.join(".")}`);
}

const keyOf = (step: string): PropertyKey => (step === PROMISIFIED ? promisify.custom : step);

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Reading a lazy global loads what it belongs to; when `value` is it, that has happened. */
function lazyName(value: object): Path | undefined {
  if (typeof value !== "function" || !lazy.has(value.name)) return undefined;
  const here = (globalThis as Record<string, unknown>)[value.name];
  return here === value ? [value.name] : undefined;
}

function nameGlobals(): Map<object, Path> {
  const table = new Map<object, Path>();
  for (const name of globalNames) {
    if (lazy.has(name)) continue;
    const global = globalThis as Record<string, unknown>;
    const value = READ.has(name) ? global[name] : read(globalThis, name);
    if (!isObject(value)) continue;
    add(table, value, [name]);
    if (value !== globalThis && value !== process) nameMembers(table, value, [name]);
  }
  for (const name of Object.getOwnPropertyNames(process)) {
    const value = read(process, name);
    if (typeof value === "function" || name === "env")
      add(table, value as object, ["process", name]);
  }
  const typedArray = Object.getPrototypeOf(Uint8Array) as object;
  nameMembers(table, typedArray, ["Uint8Array", "__proto__"]);
  return table;
}

/** Also names prototypes and what they hold, so that `Array.prototype.slice` is known. */
function nameMembers(table: Map<object, Path>, owner: object, path: Path): void {
  for (const key of Object.getOwnPropertyNames(owner)) {
    const value = read(owner, key);
    if (!isObject(value)) continue;
    add(table, value, [...path, key]);
    if (key !== "prototype") continue;
    for (const method of Object.getOwnPropertyNames(value)) {
      const inner = read(value, method);
      if (typeof inner === "function") add(table, inner, [...path, key, method]);
    }
  }
}

/** Names the exports of Node modules loaded since last time. Answers if there were any. */
function nameLoadedModules(table: Map<object, Path>): boolean {
  const list = (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList;
  if (list.length === loadListLength) return false;
  loadListLength = list.length;
  const before = readModules.size;
  const loaded = new Set(
    list
      .filter((entry) => entry.startsWith("NativeModule "))
      .map((entry) => entry.slice("NativeModule ".length)),
  );
  for (const name of builtinModules) {
    // What `fs.promises` gives is loaded without `fs/promises`.
    const inside = name.endsWith("/promises") && loaded.has(`internal/${name}`);
    const isLoaded = loaded.has(name) || inside;
    if (readModules.has(name) || !isLoaded || /^_|^(sys|punycode)$/.test(name)) continue;
    readModules.add(name);
    nameModule(table, `node:${name.replace(/^node:/, "")}`);
  }
  return readModules.size > before;
}

function nameModule(table: Map<object, Path>, specifier: string): void {
  const exported = process.getBuiltinModule(specifier) as unknown;
  if (!isObject(exported)) return;
  add(table, exported, [specifier]);
  for (const key of Object.getOwnPropertyNames(exported)) {
    const value = read(exported, key);
    if (!isObject(value)) continue;
    add(table, value, [specifier, key]);
    if (typeof value !== "function") continue;
    nameMembers(table, value, [specifier, key]);
    const promisified = read(value, promisify.custom);
    if (isObject(promisified)) add(table, promisified, [specifier, key, PROMISIFIED]);
  }
}

function read(owner: object, key: PropertyKey): unknown {
  return Object.getOwnPropertyDescriptor(owner, key)?.value as unknown;
}

function add(table: Map<object, Path>, value: object, path: Path): void {
  if (!table.has(value)) table.set(value, path);
}
