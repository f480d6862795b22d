/**
 * Which module a namespace object belongs to, where it was not imported under a name: the result of
 * an `import()`. The file of an exported function is the answer if it exports the same names.
 */
import { isImportable } from "./by-reference.ts";
import { inspect, inspectorStatus } from "./inspector.ts";
import { moduleFacts } from "./module-facts.ts";
import { scriptUrl } from "./script-urls.ts";

/** The URL to import it by; undefined when that cannot be told. */
export function namespaceUrl(namespace: object): string | undefined {
  if (!inspectorStatus().available) return undefined;
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
