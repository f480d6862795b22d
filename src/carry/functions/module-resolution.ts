/**
 * `import()` and `import.meta.resolve` as another file would do them.
 *
 * Node offers no such call without flags or warnings. Relative names are a matter of URLs. A
 * package is resolved from here with the conditions of `import`; when the other file finds it
 * elsewhere, its own `require.resolve` decides.
 */
import { realpathSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { importModule, resolveModule } from "../../platform/importing.ts";

/** `import(specifier)` in the file `parent`. */
export async function importFrom(
  specifier: string,
  parent: string,
  options?: ImportCallOptions,
): Promise<unknown> {
  try {
    return await importModule(resolveFrom(specifier, parent), options);
  } catch (error) {
    throw importedBy(parent, error);
  }
}

/** Node says which file imports what is not there; it is not the one that does so for another. */
function importedBy(parent: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | null)?.code !== "ERR_MODULE_NOT_FOUND") return error;
  const { message, stack = "" } = error as Error;
  const named = (text: string): string => text.replace(IMPORTER, `$1${shownPath(parent)}`);
  return Object.assign(error as Error, { message: named(message), stack: named(stack) });
}

const IMPORTER = /( imported from ).*\bes-module\.js$/m;

const shownPath = (url: string): string => (url.startsWith("file:") ? fileURLToPath(url) : url);

/** `import.meta.resolve(specifier)` in the file `parent`. */
export function resolveFrom(specifier: string, parent: string): string {
  if (isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, "")}`;
  const relative = /^\.{0,2}\//.test(specifier);
  if (relative && URL.canParse(specifier, parent)) return new URL(specifier, parent).href;
  if (relative || URL.canParse(specifier)) return specifier;
  const [here, there] = [attempt(() => resolveModule(specifier)), requirePath(specifier, parent)];
  if (there === undefined) return here ?? specifier;
  const url = pathToFileURL(there).href;
  if (here === undefined) return url;
  // Node 20 and 22 may have left a symbolic link in it: see `file-identity.ts`.
  const real = pathToFileURL(realpathSync(there)).href;
  return [url, real].map(packageRoot).includes(packageRoot(here)) ? here : url;
}

function requirePath(specifier: string, parent: string): string | undefined {
  if (!parent.startsWith("file:")) return undefined;
  return attempt(() => createRequire(fileURLToPath(parent)).resolve(specifier));
}

function attempt(body: () => string): string | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}

function packageRoot(url: string): string {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(url)?.[0] ?? url;
}
