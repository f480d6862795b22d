/**
 * Loads a module of this library at once: the very one that an `import` of it gives.
 *
 * Node loads ES modules on `require`. But loaders for TypeScript put functions of their own into
 * `require`, which compile a second copy, with which nothing is registered; and some Nodes warn of
 * it. So what Node's `require` goes on to with the text of an ES module is called here. It is not
 * documented: where it does not give the module, `require` does.
 */
import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { fileURLToPath } from "node:url";

/** Where what stands for such a module says which it is; another copy of this file may ask. */
export const MODULE_URL: unique symbol = Symbol.for("manyhands.module") as never;

interface Loadable {
  filename: string;
  exports: object;
  _compile(text: string, path: string, format: "module"): unknown;
}

/** The namespace of the module at `url`, which must have no top-level await. */
export function ownModule(url: URL): object {
  const path = fileURLToPath(url);
  const module = new Module(path) as unknown as Loadable;
  module.filename = path;
  module._compile(readFileSync(path, "utf8"), path, "module");
  if (Object.prototype.toString.call(module.exports) === "[object Module]") return module.exports;
  return createRequire(url)(path) as object;
}
