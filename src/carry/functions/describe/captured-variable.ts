/** Reads one captured variable as it should cross: its value now, or the import that it names. */
import { isBuiltin, Module } from "node:module";
import { Refusal } from "../../refusal.ts";
import { importedAs } from "../modules/imported-here.ts";
import { importedBinding, type ImportedBinding } from "../modules/imported-binding.ts";
import { isMainScript } from "../modules/main-script.ts";
import { importFact, type ImportFact } from "../files/module-facts.ts";

/** The value of the variable `name`. Throws a `Refusal` when it is not initialised. */
export function readVariable(variables: Readonly<Record<string, unknown>>, name: string): unknown {
  try {
    return variables[name];
  } catch {
    throw new Refusal("it is not initialised yet; declare it before the function is sent", [name]);
  }
}

/** What a variable at a file's top level sends: an import is made again, not copied. */
export function importOrValue(value: unknown, name: string, url: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    return ofNode(name, url) ?? value;
  }
  if (isRequire(value)) return requireIn(url);
  if (value instanceof Module) return moduleObject(value, url);
  const fact = importFact(url, name);
  return (fact !== undefined ? importOf(fact, url) : undefined) ?? value;
}

/** The same for code that came from elsewhere: what was imported here for it is, once more. */
export function importedOrValue(value: unknown, name: string, url: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) {
    return ofNode(name, url) ?? value;
  }
  const header = importedAs(value);
  return header === undefined ? value : importedBinding(header);
}

/** What a module of Node tells in a variable, such as `threadId`, is about who imports it. */
function ofNode(name: string, url: string): ImportedBinding | undefined {
  const fact = importFact(url, name);
  return fact !== undefined && isBuiltin(fact.specifier) ? importOf(fact, url) : undefined;
}

function importOf(fact: ImportFact, parent: string): ImportedBinding | undefined {
  const { specifier, name, cjs } = fact;
  const header = {
    kind: "module" as const,
    url: specifier,
    ...(isBuiltin(specifier) ? {} : { parent }),
    ...(name === "*" ? {} : { name }),
    ...(cjs ? { cjs } : {}),
  };
  const relative = /^(?:\.{0,2}\/|file:)/.test(specifier);
  if (relative && isMainScript(new URL(specifier, parent).href)) return undefined;
  return importedBinding(header);
}

function requireIn(url: string): ImportedBinding {
  return importedBinding({ kind: "module", url, name: "require", cjs: true });
}

/** CommonJS: what a module knows of itself. What it loaded, and who loaded it, stays here. */
function moduleObject(module: Module, url: string): object {
  const { id, path, exports, filename, loaded, paths } = module;
  return { id, path, exports, filename, loaded, paths, children: [], require: requireIn(url) };
}

function isRequire(value: object): boolean {
  return (
    typeof value === "function" &&
    value.name === "require" &&
    Object.hasOwn(value, "resolve") &&
    Object.hasOwn(value, "cache")
  );
}
