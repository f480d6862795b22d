/**
 * `import()`, as from a file of this package. The library's own files are CommonJS, compiled in a
 * way that leaves `import()` out (`own-module.ts`).
 */
import { later } from "./later.ts";
import { loading } from "./loading.ts";

const esModule = later(
  new URL("./es-module.js", import.meta.url),
) as () => typeof import("./es-module.ts");

/** Imports a module, noted as a moment in which this thread must not be torn down. */
export function importModule(specifier: string, options?: ImportCallOptions): Promise<unknown> {
  return loading(() => esModule().importModule(specifier, options));
}

/** What `--import` names among options, in their order. */
export function importsAmong(options: readonly string[]): string[] {
  return options.flatMap((option, at) => {
    if (options[at - 1] === "--import") return [option];
    return option.startsWith("--import=") ? [option.slice("--import=".length)] : [];
  });
}
