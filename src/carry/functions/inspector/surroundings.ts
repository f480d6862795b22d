/**
 * The scopes around a function, sorted: blocks and functions that it alone sees, and the file's top
 * level, which it shares with other functions. Which of V8's scopes is the top level depends on
 * how the code was loaded.
 */
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isBuiltinGlobal } from "../modules/builtin-names.ts";
import { LEVEL, SCOPE } from "../source/carried-names.ts";
import type { CodeAnatomy, Scope } from "./inspect.ts";

type Variables = Scope["variables"];

export interface TopLevel {
  /** "carried": a scope that was made here for functions that came by value. */
  readonly kind: "module" | "commonjs" | "script" | "carried";
  readonly layers: readonly Variables[];
}

export interface Surroundings {
  /** Innermost first. */
  readonly inner: readonly Variables[];
  readonly top: TopLevel;
}

const loadedModules = (): Record<string, { exports: unknown } | undefined> =>
  createRequire(import.meta.url).cache as Record<string, { exports: unknown } | undefined>;

/** The loaded CommonJS module of a file. */
export function commonJsModule(url: string): { exports: unknown } | undefined {
  return url.startsWith("file:") ? loadedModules()[fileURLToPath(url)] : undefined;
}

/** The files whose CommonJS modules export just this, in the order in which they were loaded. */
export function commonJsUrls(exported: unknown): string[] {
  return Object.entries(loadedModules())
    .filter(([, module]) => module?.exports === exported)
    .map(([path]) => pathToFileURL(path).href);
}

/** Sorts the scopes of a function that was written in the file `url`. */
export function surroundings(anatomy: CodeAnatomy, url: string): Surroundings {
  const scopes = anatomy.scopes.filter((scope) => scope.type !== "Global");
  const carriedFrom = scopes.findIndex(({ variables }) => LEVEL in variables || SCOPE in variables);
  if (carriedFrom >= 0) return split(scopes, carriedFrom, "carried");
  const moduleAt = scopes.findIndex((scope) => scope.type === "Module");
  if (moduleAt >= 0) return split(scopes, moduleAt, "module");
  if (commonJsModule(url) !== undefined) return split(scopes, wrapperAt(scopes), "commonjs");
  const scriptAt = scopes.findIndex((scope) => scope.type === "Script");
  return split(scopes, scriptAt < 0 ? scopes.length : scriptAt, "script");
}

const PARAMETERS = new Set(["exports", "require", "module", "__filename", "__dirname"]);

/**
 * The function that Node wraps around a CommonJS file has no name. Under tsx there is another one
 * in it, known by the names that esbuild declares.
 */
function wrapperAt(scopes: readonly Scope[]): number {
  // Behind it is what scripts have declared for all, if they have.
  const last = scopes.findLastIndex(({ type }) => type !== "Script");
  if (scopes[last]?.type !== "Closure") return scopes.length;
  const inside = scopes[last - 1];
  const isEmpty = Object.keys(scopes[last].variables).every((name) => PARAMETERS.has(name));
  const isDouble = inside?.type === "Closure" && "__defProp" in inside.variables;
  return isEmpty && isDouble ? last - 1 : last;
}

function split(scopes: readonly Scope[], at: number, kind: TopLevel["kind"]): Surroundings {
  const variables = scopes.map((scope) => scope.variables);
  return { inner: variables.slice(0, at), top: { kind, layers: variables.slice(at) } };
}

/** The scope among `layers` that has a variable of this name. */
export function holderOf(layers: readonly Variables[], name: string): Variables | undefined {
  return layers.find((variables) => Object.hasOwn(variables, name));
}

/** Globals with the names of modules, which they are not, or not only. */
const OF_EVERY_REALM = new Set(["process", "crypto"]);

/**
 * Where the value of a global lies that other realms do not have: the program's own, such as a
 * function declared in `node -e`, or one of the modules that Node offers there as globals.
 */
export function ownGlobals(name: string): Variables | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor === undefined) return undefined;
  const isModule = "get" in descriptor && isBuiltin(name) && !OF_EVERY_REALM.has(name);
  if (!isModule && (descriptor.enumerable !== true || isBuiltinGlobal(name))) return undefined;
  return isModule || "value" in descriptor ? (globalThis as unknown as Variables) : undefined;
}

/** A variable's value; undefined when it is uninitialised and the Node tells. */
export function peek(variables: Variables | undefined, name: string): unknown {
  try {
    return variables?.[name];
  } catch {
    return undefined;
  }
}
