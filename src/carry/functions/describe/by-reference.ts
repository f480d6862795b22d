/**
 * Functions and classes that the receiver can import.
 *
 * The condition is that a top-level variable of an importable file holds this very function and
 * that it uses nothing from between. Exported ones are named by their export. For a hidden one, an
 * exported function of the same file is named as well: the receiver looks into that one's scope,
 * where the hidden name must be. No loader hook is needed, and files loaded before work as well.
 */
import type { ReferenceHeader } from "../../function-carrier.ts";
import type { FunctionSource } from "../source/function-source.ts";
import { inspect } from "../inspector/inspect.ts";
import { startRun } from "../modules/main-run.ts";
import { isMainScript } from "../modules/main-script.ts";
import { moduleFacts, type ModuleFacts } from "../files/module-facts.ts";
import { sourceHash } from "../source/hash.ts";
import { commonJsModule, holderOf, peek, type Surroundings } from "../inspector/surroundings.ts";

/** Where a function was found, and what surrounds it. */
export interface Place {
  readonly url: string;
  readonly scriptId: string;
  readonly around: Surroundings;
}

/** Whether a receiver may import this file. */
export function isImportable(url: string, importMain = false): boolean {
  return url.startsWith("file:") && (importMain || !isMainScript(url));
}

/** The reference for `fn`, or undefined when it can only go by value. */
export function referenceTo(
  fn: Function,
  source: FunctionSource | undefined,
  place: Place,
): ReferenceHeader | undefined {
  const { url, around } = place;
  const { kind, layers } = around.top;
  if (kind !== "module" && kind !== "commonjs") return undefined;
  const used = source?.free.used;
  if (used !== undefined && [...used].some((name) => holderOf(around.inner, name))) {
    return undefined;
  }
  const cjs = kind === "commonjs";
  const facts = moduleFacts(url);
  const exported = cjs ? commonJsExports(url) : undefined;
  const make = (name: string, via: string): ReferenceHeader => {
    const run = isMainScript(url) ? { run: startRun() } : {};
    return { kind: "reference", url, name, via, cjs, hash: sourceHash(fn), ...run };
  };
  if (exported !== undefined) {
    const own = [...exported].find(([, value]) => value === fn)?.[0] ?? gotten(url, fn);
    if (own !== undefined) return make(own, own);
  }
  const name = variableWith(fn, layers);
  if (name === undefined) {
    const isDefault = facts?.defaultText === Function.prototype.toString.call(fn);
    return isDefault ? make("default", "default") : undefined;
  }
  const own = facts?.exports.get(name);
  if (own !== undefined && !cjs) return make(name, own);
  const via = cjs ? neighbourIn(exported, place) : neighbour(facts, place);
  return via === undefined ? undefined : make(name, via);
}

/** The name of the variable among `layers` that holds this very function. */
export function variableWith(
  fn: Function,
  layers: readonly Readonly<Record<string, unknown>>[],
): string | undefined {
  if (fn.name !== "" && peek(holderOf(layers, fn.name), fn.name) === fn) return fn.name;
  for (const variables of layers) {
    for (const name of Object.keys(variables)) if (peek(variables, name) === fn) return name;
  }
  return undefined;
}

/** The functions that a CommonJS module exports; the module itself, if it is one, as "*". */
function commonJsExports(url: string): Map<string, Function> {
  const found = new Map<string, Function>();
  const whole = commonJsModule(url)?.exports;
  if (typeof whole === "function") found.set("*", whole);
  if ((typeof whole !== "object" && typeof whole !== "function") || whole === null) return found;
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(whole))) {
    if (typeof value === "function") found.set(name, value as Function);
  }
  return found;
}

/** A compiled module exports by getters; only the one of the same name is run. */
function gotten(url: string, fn: Function): string | undefined {
  const whole = commonJsModule(url)?.exports;
  if (typeof whole !== "object" || whole === null || !Object.hasOwn(whole, fn.name))
    return undefined;
  return (whole as Record<string, unknown>)[fn.name] === fn ? fn.name : undefined;
}

const neighbours = new Map<string, string>();

function neighbour(facts: ModuleFacts | undefined, place: Place): string | undefined {
  const candidates = new Map<string, Function>();
  for (const [local, exported] of facts?.exports ?? []) {
    const value = peek(holderOf(place.around.top.layers, local), local);
    if (typeof value === "function") candidates.set(exported, value);
  }
  return neighbourIn(candidates, place);
}

/** The name of an exported function that was written in the same script. */
function neighbourIn(
  candidates: ReadonlyMap<string, Function> | undefined,
  place: Place,
): string | undefined {
  const { scriptId } = place;
  const known = neighbours.get(scriptId);
  if (known !== undefined) return known;
  for (const [name, value] of candidates ?? []) {
    const anatomy = inspect(value);
    if (anatomy.kind !== "code" || anatomy.scriptId !== scriptId) continue;
    neighbours.set(scriptId, name);
    return name;
  }
  return undefined;
}
