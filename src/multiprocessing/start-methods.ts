/** Which start method new processes use. */
import { areOptions, checkFlag } from "../core/options.ts";
import { StateError } from "../errors.ts";
import { setPreload } from "../workers/fork-server/fork-server.ts";
import { providesHandles } from "../workers/crossing/handle-modules.ts";
import { currentIdentity } from "../workers/identity.ts";
import { START_METHODS, type StartMethod } from "../workers/runtime.ts";
import { checkStartMethod, defaultStartMethod, startMethodProblem } from "../workers/start.ts";
import { isAbsolute, resolve } from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

export { checkStartMethod, defaultStartMethod };

let importMainByDefault = false;

providesHandles(new URL("./index.js", import.meta.url).href);

/** The methods that work on this machine, the default one first. */
export function getAllStartMethods(): StartMethod[] {
  return START_METHODS.filter((method) => startMethodProblem(method) === null);
}

/**
 * The method that new processes use, which is thereby settled: what was not chosen before becomes
 * `forkserver` where that works, else `spawn`.
 */
export function getStartMethod(options?: {
  /** Answers null where none was chosen, and settles nothing. */
  allowNone?: false;
}): StartMethod;
/** With `allowNone` null where none was chosen, and nothing is settled. */
export function getStartMethod(options?: { allowNone?: boolean }): StartMethod | null;
export function getStartMethod(options: { allowNone?: boolean } = {}): StartMethod | null {
  checkOptions(options, "{ allowNone: true }");
  checkFlag(options.allowNone, "allowNone");
  const identity = currentIdentity();
  if (identity.startMethod === null && options.allowNone !== true) {
    identity.startMethod = defaultStartMethod();
  }
  return identity.startMethod;
}

/**
 * Chooses the start method of this program and of the processes it starts.
 * @throws TypeError, RangeError for an unknown name, StateError when one was chosen before (unless
 * `force`)
 */
export function setStartMethod(
  method: StartMethod | null,
  options: {
    /** Allows a second choice; refused when left out. */
    force?: boolean;
    /** Whether processes import the main script; they carry from it when left out. */
    importMain?: boolean;
  } = {},
): void {
  checkOptions(options, "{ force: true }");
  checkFlag(options.force, "force");
  checkFlag(options.importMain, "importMain");
  const identity = currentIdentity();
  const checked = method === null ? null : checkStartMethod(method);
  if (identity.startMethod !== null && options.force !== true && checked !== null) {
    throw new StateError(
      `The start method is '${identity.startMethod}' already; { force: true } changes it`,
    );
  }
  identity.startMethod = checked;
  importMainByDefault = options.importMain ?? false;
}

function checkOptions(options: object, example: string): void {
  if (!areOptions(options)) throw new TypeError(`options must be an object such as ${example}`);
}

/** Whether processes import the main script instead of carrying from it, unless they say so. */
export function importsMain(): boolean {
  return importMainByDefault;
}

/**
 * Names the modules that a fork server loads before it forks: its children find them loaded.
 * Takes effect for a server that has not started yet.
 * @param modules specifiers as seen from the working directory, or file URLs
 */
export function setForkserverPreload(modules: readonly (string | URL)[]): void {
  if (!Array.isArray(modules)) throw new TypeError("modules must be an array of specifiers");
  setPreload(modules.map(resolved));
}

function resolved(specifier: unknown): string {
  if (specifier instanceof URL) return specifier.href;
  if (typeof specifier !== "string") throw new TypeError("a module is a specifier or a URL");
  if (/^(node|file|data):/.test(specifier)) return specifier;
  if (specifier.startsWith(".") || isAbsolute(specifier)) {
    return pathToFileURL(resolve(specifier)).href;
  }
  const found = createRequire(resolve("script.js")).resolve(specifier);
  return isAbsolute(found) ? pathToFileURL(found).href : found;
}
