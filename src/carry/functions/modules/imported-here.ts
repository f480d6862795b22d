/**
 * What was imported here for code that came from elsewhere, and by which import. When such code is
 * sent on, the next receiver makes the same import again.
 */
import { types } from "node:util";
import type { ModuleHeader } from "../../function-carrier.ts";

const headers = new WeakMap<object, ModuleHeader>();

/** Notes by what an object or function was imported; the first time counts. */
export function noteImport(value: unknown, header: ModuleHeader): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  if (!headers.has(value)) headers.set(value, header);
}

/** Notes what `import(specifier)` gave in the file `parent`. */
export function noteNamespace(value: unknown, specifier: string, parent: string): void {
  const header: ModuleHeader = { kind: "module", url: specifier, parent };
  if (types.isModuleNamespaceObject(value)) noteImport(value, header);
}

/** The import that gave `value`, if it was made here for code that came from elsewhere. */
export function importedAs(value: object): ModuleHeader | undefined {
  return headers.get(value);
}
