/**
 * `import()`, as from a file of this package, or as from another.
 *
 * The library's own files are CommonJS, compiled in a way that leaves `import()` out
 * (`own-module.ts`). Node goes by the name of the script in which `import` stands, so a line that
 * says `import` is compiled under a name. What Node's `require` goes on to with a text does so
 * without a warning; it is not documented.
 */
import { Module } from "node:module";
import { loading } from "./loading.ts";

export type Import = (specifier: string, options?: ImportCallOptions) => Promise<unknown>;

const IMPORT =
  "module.exports = (name, how) => how === undefined ? import(name) : import(name, how);";
/** Coverage must not count these lines as lines of the file. */
const ENDING = "\n//# sourceURL=manyhands:import";

let own: Import | undefined;

/** Imports a module, noted as a moment in which this thread must not be torn down. */
export function importModule(specifier: string, options?: ImportCallOptions): Promise<unknown> {
  own ??= importOf(import.meta.url);
  const importHere = own;
  return loading(() => importHere(specifier, options));
}

/** `import()` as the file `name` would do it. */
export const importOf = (name: string): Import => compiledAs(name, IMPORT, "commonjs") as Import;

/** What a line of code exports that stands in the file `name`. */
export function compiledAs(name: string, text: string, format: "module" | "commonjs"): unknown {
  const module = new Module(name) as unknown as {
    exports: unknown;
    _compile(text: string, name: string, format: string): void;
  };
  module._compile(text + ENDING, name, format);
  return module.exports;
}

/** What `--import` names among options, in their order. */
export function importsAmong(options: readonly string[]): string[] {
  return options.flatMap((option, at) => {
    if (options[at - 1] === "--import") return [option];
    return option.startsWith("--import=") ? [option.slice("--import=".length)] : [];
  });
}
