/**
 * Which module a namespace object belongs to, where it was not imported under a name: the result of
 * an `import()`. The file of an exported function is the answer if it exports the same names. Those
 * of Node's own modules are known by their default export.
 */
import { builtinName } from "./builtin-names.ts";
import { isImportable } from "./by-reference.ts";
import { inspect, inspectorStatus } from "./inspector.ts";
import { moduleFacts } from "./module-facts.ts";
import { scriptUrl } from "./script-urls.ts";

/** The URL to import it by; undefined when that cannot be told. */
export function namespaceUrl(namespace: object): string | undefined {
  const builtin = builtinOf(namespace);
  if (builtin !== undefined || !inspectorStatus().available) return builtin;
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

/** A namespace of a module of Node's: it exports the module as well as what is in it. */
function builtinOf(namespace: object): string | undefined {
  const { default: whole } = namespace as { readonly default?: unknown };
  if ((typeof whole !== "object" && typeof whole !== "function") || whole === null)
    return undefined;
  const [url, ...rest] = builtinName(whole) ?? [];
  const names = Object.keys(namespace).filter((name) => name !== "default");
  const isWhole = names.length > 0 && names.every((name) => name in whole);
  return isWhole && rest.length === 0 && (url ?? "").startsWith("node:") ? url : undefined;
}
