/**
 * Whether a primitive that is imported stays what it is: the module that exports it, a file, holds
 * it in a variable that never changes. Then it is sent as it is, once.
 */
import { isFixedAtTop } from "./fixed-names.ts";
import { importFact, moduleFacts } from "./module-facts.ts";
import { resolveFrom } from "../modules/resolution.ts";

export function isFixedImport(url: string, name: string): boolean {
  const fact = importFact(url, name);
  if (fact === undefined || fact.cjs) return false;
  const from = fileOf(fact.specifier, url);
  if (!from.startsWith("file:")) return false;
  const exported = moduleFacts(from)?.exports ?? [];
  const local = Array.from(exported).find(([, outside]) => outside === fact.name)?.[0];
  return local !== undefined && isFixedAtTop(from, local);
}

/** Of a relative name without asking Node, which takes a while at first. */
function fileOf(specifier: string, url: string): string {
  const relative = /^\.{0,2}\//.test(specifier) && URL.canParse(specifier, url);
  return relative ? new URL(specifier, url).href : resolveFrom(specifier, url);
}
