/**
 * The receiver's side of references: loads modules and finds names in them, hidden ones too.
 *
 * A hidden name is looked up in the scope of a function that the module exports, as the inspector
 * shows it. So modules that were loaded before, or in the parent of a forked process, serve as
 * well, and no loader hook is installed that a later fork would trip over.
 */
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { workingDirectory } from "../../../platform/working-directory.ts";
import { UnpicklingError } from "../../../errors.ts";
import type { ModuleHeader, ReferenceHeader } from "../../function-carrier.ts";
import { noteImport } from "../modules/imported-here.ts";
import { inspect } from "../inspector/inspect.ts";
import { joinRun, noteWayIn } from "../modules/main-run.ts";
import { importFrom, resolveFrom } from "../modules/resolution.ts";
import { sourceHash } from "../source/hash.ts";
import { holderOf, peek, surroundings } from "../inspector/surroundings.ts";
import { loadersReady, requiresReady } from "../modules/thread-loader.ts";

type Loadable = ModuleHeader | ReferenceHeader;
type Namespace = Readonly<Record<string, unknown>>;

const loaded = new Map<string, Namespace>();
const references = new Map<string, Function>();

function referenceKey(header: ReferenceHeader): string {
  return `${keyOf(header)} ${header.name} ${header.hash}`;
}

/** Notes a function that went out by reference: when it returns, it is itself again. */
export function rememberReference(header: ReferenceHeader, fn: Function): void {
  references.set(referenceKey(header), fn);
  if (header.run !== undefined) noteWayIn(header.url, fn);
}

function keyOf(header: Loadable): string {
  const parent = header.kind === "module" ? header.parent : undefined;
  return `${header.cjs === true ? "cjs" : "esm"} ${parent ?? ""} ${header.url}`;
}

/** Loads a module if it is not there; CommonJS at once, others by `import`. */
export async function loadModule(header: Loadable): Promise<void> {
  const key = keyOf(header);
  if (loaded.has(key)) return;
  if (header.cjs === true) {
    loadedModule(header);
    return;
  }
  await loadersReady();
  const parent = header.kind === "module" ? header.parent : undefined;
  loaded.set(key, (await importFrom(header.url, parent ?? header.url)) as Namespace);
}

/** Whether it can be used at once. */
export function isLoaded(header: Loadable): boolean {
  return header.cjs === true || loaded.has(keyOf(header));
}

/** The module, loaded by `require` if need be: then one without top-level await. */
function loadedModule(header: Loadable): Namespace {
  const key = keyOf(header);
  let found = loaded.get(key);
  if (found === undefined) {
    found = requireModule(header) as Namespace;
    loaded.set(key, found);
  }
  return found;
}

function requireModule(header: Loadable): unknown {
  const { url } = header;
  const parent = (header.kind === "module" ? header.parent : undefined) ?? url;
  // A module that was imported is found as `import` finds it, so that there is one of it.
  const found = header.cjs === true ? url : resolveFrom(url, parent);
  const specifier = found.startsWith("file:") ? fileURLToPath(found) : found;
  const from = parent.startsWith("file:") ? parent : import.meta.url;
  requiresReady();
  try {
    return createRequire(from)(specifier);
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    throw new UnpicklingError(
      `${url} uses top-level await and is not loaded here yet; receive asynchronously, or import ` +
        "it first",
      { cause: error },
    );
  }
}

/** What a module header names: the namespace, or one export, of any type where it is Node's. */
export function findModule(header: ModuleHeader): unknown {
  const found = exportedBy(header);
  noteImport(found, header);
  if ((typeof found === "object" || typeof found === "function") && found !== null) return found;
  const { name, url } = header;
  if (isBuiltin(url)) return found;
  throw new UnpicklingError(`${url} has no object or function '${String(name)}' in this process`);
}

function exportedBy(header: ModuleHeader): unknown {
  const { name, cjs, url } = header;
  if (cjs === true && name === "require") return requireOf(url);
  const whole = loadedModule(header);
  return name === undefined ? whole : exportOf(whole, name);
}

/** The function or class that a reference names, checked to be the same source. */
export function findReference(header: ReferenceHeader): Function {
  const found = functionOf(header);
  if (header.run !== undefined) joinRun(header.run, header.url, found);
  return found;
}

function functionOf(header: ReferenceHeader): Function {
  const { url, name, via, hash } = header;
  const key = referenceKey(header);
  let found = references.get(key);
  if (found !== undefined) return found;
  const whole = loadedModule(header);
  const start = via === "*" ? whole : exportOf(whole, via);
  const candidate: unknown =
    typeof start === "function" && sourceHash(start) === hash ? start : hidden();
  if (typeof candidate !== "function") {
    throw new UnpicklingError(`${url} has no function '${name}' at its top level in this process`);
  }
  if (sourceHash(candidate) !== hash) {
    throw new UnpicklingError(
      `'${name}' of ${url} differs in this process: the file changed, or another loader is used`,
    );
  }
  found = candidate;
  references.set(key, found);
  return found;

  function hidden(): unknown {
    if (typeof start !== "function" || name === via) return start;
    const anatomy = inspect(start);
    if (anatomy.kind !== "code") return undefined;
    return peek(holderOf(surroundings(anatomy, url).top.layers, name), name);
  }
}

/** `require` of a file; of code without one (`node -e`), that of the working directory. */
function requireOf(url: string): NodeJS.Require {
  requiresReady();
  return createRequire(url.startsWith("file:") ? url : join(workingDirectory() ?? "/", "main.js"));
}

function exportOf(whole: Namespace, name: string): unknown {
  if (name === "default" && !Object.hasOwn(whole, "default")) return whole;
  const found = whole[name];
  if (found !== undefined) return found;
  // A CommonJS module that was imported has its exports in the default export.
  return (whole["default"] as Namespace | undefined)?.[name];
}
