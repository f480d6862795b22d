/**
 * The names of what every realm has: globals, their members and prototypes, and the exports of
 * Node's own modules. Such things cross by name.
 *
 * A table from object to name is made at first need. Only data properties are looked at: a getter
 * might load or start something. Globals that the program made or replaced are not in the table.
 */
import { builtinModules, createRequire } from "node:module";
import { runInNewContext } from "node:vm";

type Path = readonly string[];

/** Names on `globalThis` that only Node has; the language's own are taken from a fresh context. */
const NODE_GLOBALS =
  "process global Buffer console URL URLSearchParams setTimeout clearTimeout setInterval " +
  "clearInterval setImmediate clearImmediate queueMicrotask structuredClone fetch Headers Request " +
  "Response FormData performance AbortController AbortSignal TextEncoder TextDecoder Event " +
  "EventTarget MessageChannel MessagePort MessageEvent BroadcastChannel Blob File crypto Crypto " +
  "CryptoKey SubtleCrypto atob btoa WebAssembly DOMException ReadableStream WritableStream " +
  "TransformStream TextEncoderStream TextDecoderStream CompressionStream DecompressionStream";

const GETTERS_READ = new Set(["Buffer", "process", "performance", "navigator", "crypto"]);

let names: Map<object, Path> | undefined;
let globalNames: Set<string> | undefined;
const readModules = new Set<string>();
let loadListLength = 0;

/** The name of a global or of something that a Node module exports; undefined for the rest. */
export function builtinName(value: object): Path | undefined {
  names ??= nameGlobals();
  return names.get(value) ?? (nameLoadedModules(names) ? names.get(value) : undefined);
}

/** Whether every realm has a global of this name. */
export function isBuiltinGlobal(name: string): boolean {
  globalNames ??= new Set([
    ...(runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]),
    ...NODE_GLOBALS.split(" "),
  ]);
  return globalNames.has(name);
}

/** What a path made by `builtinName` leads to in this realm. */
export function findBuiltin(path: Path): object {
  const [first, ...rest] = path;
  if (first === "require") return createRequire(rest[0]!);
  const start: unknown = first!.startsWith("node:")
    ? process.getBuiltinModule(first!)
    : (globalThis as Record<string, unknown>)[first!];
  const found = rest.reduce<unknown>(
    (object, key) => (object as Record<string, unknown> | undefined)?.[key],
    start,
  );
  if (isObject(found)) return found;
  throw new Error(`this Node (${process.version}) has no ${path.join(".")}`);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function nameGlobals(): Map<object, Path> {
  const table = new Map<object, Path>();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!isBuiltinGlobal(name)) continue;
    const value = read(globalThis, name, GETTERS_READ.has(name));
    if (!isObject(value)) continue;
    add(table, value, [name]);
    if (value === globalThis || value === process) continue;
    nameMembers(table, value, [name]);
  }
  for (const name of ["env", "stdout", "stderr", "nextTick", "hrtime", "cwd", "emitWarning"]) {
    const value = read(process, name, false);
    if (isObject(value)) add(table, value, ["process", name]);
  }
  const typedArray = Object.getPrototypeOf(Uint8Array) as object;
  nameMembers(table, typedArray, ["Uint8Array", "__proto__"]);
  return table;
}

/** Also names prototypes and what they hold, so that `Array.prototype.slice` is known. */
function nameMembers(table: Map<object, Path>, owner: object, path: Path): void {
  for (const key of Object.getOwnPropertyNames(owner)) {
    const value = read(owner, key, false);
    if (!isObject(value)) continue;
    add(table, value, [...path, key]);
    if (key !== "prototype") continue;
    for (const method of Object.getOwnPropertyNames(value)) {
      const inner = read(value, method, false);
      if (typeof inner === "function") add(table, inner, [...path, key, method]);
    }
  }
}

/** Names the exports of Node modules that were loaded since last time. Answers if there were any. */
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
    if (readModules.has(name) || !loaded.has(name) || /^_|^(sys|punycode)$/.test(name)) continue;
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
    const value = read(exported, key, false);
    if (!isObject(value)) continue;
    add(table, value, [specifier, key]);
    if (typeof value === "function") nameMembers(table, value, [specifier, key]);
  }
}

function read(owner: object, key: string, runGetter: boolean): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key);
  if (descriptor === undefined) return undefined;
  if ("value" in descriptor) return descriptor.value as unknown;
  return runGetter ? (owner as Record<string, unknown>)[key] : undefined;
}

function add(table: Map<object, Path>, value: object, path: Path): void {
  if (!table.has(value)) table.set(value, path);
}
