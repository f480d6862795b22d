/**
 * `import()` and `import.meta.resolve` as another file would do them: with its dependencies, the
 * conditions of `import`, and loader hooks that see that file as the one that imports.
 *
 * A line that says so is compiled under the name of the other file (`importing.ts`). `import.meta`
 * is only for modules, of which Node keeps one for each name; there it is a neighbour of the file,
 * in the same folder.
 */
import { isBuiltin } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiledAs, type Import, importModule, importOf } from "../../../platform/importing.ts";
import { loading } from "../../../platform/loading.ts";
import { noteNamespace } from "./imported-here.ts";

type Resolve = (specifier: string) => string;

const RESOLVE = "export const resolve = (name) => import.meta.resolve(name);";

const imports = new Map<string, Import>();
const resolves = new Map<string, Resolve>();

/** `import(specifier)` in the file `parent`. */
export async function importFrom(
  specifier: string,
  parent: string,
  options?: ImportCallOptions,
): Promise<unknown> {
  const namespace = await importAs(specifier, parent, options);
  if (options === undefined) noteNamespace(namespace, specifier, parent);
  return namespace;
}

function importAs(
  specifier: string,
  parent: string,
  options?: ImportCallOptions,
): Promise<unknown> {
  if (isBuiltin(specifier)) return importModule(specifier, options);
  let found = imports.get(parent);
  if (found === undefined) {
    found = importOf(importingUrl(parent));
    imports.set(parent, found);
  }
  const importThere = found;
  return loading(() => importThere(specifier, options));
}

/** `import.meta.resolve(specifier)` in the file `parent`; what cannot be found is left as it is. */
export function resolveFrom(specifier: string, parent: string): string {
  if (isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, "")}`;
  let resolve = resolves.get(parent);
  if (resolve === undefined) {
    const url = importingUrl(parent);
    if (!url.startsWith("file:")) return specifier;
    const path = fileURLToPath(url);
    const neighbour = join(dirname(path), `[manyhands] ${basename(path)}`);
    ({ resolve } = compiledAs(neighbour, RESOLVE, "module") as { resolve: Resolve });
    resolves.set(parent, resolve);
  }
  try {
    return resolve(specifier);
  } catch {
    return specifier;
  }
}

/** Code without a file (`node -e`) imports as a file of the working directory would. */
function importingUrl(parent: string): string {
  return URL.canParse(parent) ? parent : pathToFileURL(join(process.cwd(), "main.js")).href;
}
