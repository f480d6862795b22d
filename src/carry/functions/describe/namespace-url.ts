/**
 * Which module a namespace object belongs to, where it was not imported under a name: the result of
 * an `import()`. The file of an exported function is the answer if it exports the same names. Those
 * of Node's own modules and of CommonJS files are known by their default export, and the entries of
 * this library have said which they are.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { entryOf } from "../../../platform/entries.ts";
import { builtinName } from "../modules/builtin-names.ts";
import { isImportable } from "./by-reference.ts";
import { inspect, inspectorStatus } from "../inspector/inspect.ts";
import { moduleFacts } from "../files/module-facts.ts";
import { scriptUrl } from "../inspector/script-urls.ts";
import { commonJsUrls } from "../inspector/surroundings.ts";

/** The URL to import it by; undefined when that cannot be told. */
export function namespaceUrl(namespace: object): string | undefined {
  const known = entryOf(namespace) ?? builtinOf(namespace) ?? commonJsOf(namespace);
  if (known !== undefined || !inspectorStatus().available) return known;
  const names = Object.keys(namespace).sort();
  for (const name of names) {
    const value = (namespace as Record<string, unknown>)[name];
    if (typeof value !== "function") continue;
    const anatomy = inspect(value);
    const url = anatomy.kind === "code" ? scriptUrl(value, anatomy) : "";
    if (!isImportable(url)) continue;
    const { exports, defaultText } = moduleFacts(url) ?? {};
    const exported = new Set(exports?.values());
    if (defaultText !== undefined) exported.add("default");
    if ([...exported].sort().join() === names.join()) return url;
  }
  return undefined;
}

/** Whether nothing of it can be called: then a copy of its data does as well. */
export function isAllData(namespace: object): boolean {
  return Object.values(namespace).every((value) => typeof value !== "function");
}

/** A namespace of a module of Node's: it exports the module as well as what is in it. */
function builtinOf(namespace: object): string | undefined {
  const { whole, names } = partsOf(namespace);
  if (whole === undefined) return undefined;
  const [url, ...rest] = builtinName(whole) ?? [];
  const isBuiltin = names.length > 0 && rest.length === 0 && (url ?? "").startsWith("node:");
  return isBuiltin ? url : undefined;
}

/** A namespace of a CommonJS file: the same, and `require` knows the file. */
function commonJsOf(namespace: object): string | undefined {
  const { whole, names } = partsOf(namespace);
  if (whole === undefined) return undefined;
  // Several may export the same; whichever it is, they give the same.
  const urls = commonJsUrls(whole).filter(
    (url) => isImportable(url) && !/\.(json|node)$/.test(url),
  );
  return WHOLE in namespace || areNamedIn(urls, names) ? urls[0] : undefined;
}

/**
 * Whether an import of a CommonJS file gives all these names, as far as its text shows: an ES
 * module around it may have more of them.
 */
function areNamedIn(urls: readonly string[], names: readonly string[]): boolean {
  const texts = urls.map((url) => readFileSync(fileURLToPath(url), "utf8"));
  return names.every((name) => {
    const quoted = name.replace(/\W/g, "\\$&");
    const property = `exports\\s*(?:\\.\\s*|\\[\\s*["']|,\\s*["'])${quoted}(?![\\w$])`;
    const listed = `module\\.exports\\s*=\\s*\\{[^{}]*(?<![\\w$.])${quoted}\\s*[,:}]`;
    return texts.some((text) => new RegExp(`${property}|${listed}`).test(text));
  });
}

/** The module itself, where a namespace has it beside what is in it, and the names of that. */
function partsOf(namespace: object): { whole: object | undefined; names: string[] } {
  const { default: whole } = namespace as { readonly default?: unknown };
  const names = Object.keys(namespace).filter((name) => name !== "default" && name !== WHOLE);
  const isObject = (typeof whole === "object" && whole !== null) || typeof whole === "function";
  return { whole: isObject && names.every((name) => name in whole) ? whole : undefined, names };
}

/** By which newer Nodes export what a CommonJS file exports. */
const WHOLE = "module.exports";
