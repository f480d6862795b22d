// A part of bundle.mjs: what Node loads for `manyhands` and `manyhands/threading`, in dist/entry.
//
// Most programs that import the contents page use one or two of its modules, so each is loaded at
// the first use of its namespace, in the middle of the program. An entry is one file, because each
// file that is imported takes a millisecond or more; so what loads our files stands in it.
//
// For `require` there is the same as CommonJS, which finds what loads our files in one more file:
// an ES module cannot be required everywhere (by jest, and as TypeScript sees it). Both give the
// same instances.
//
// A bundler cannot follow this. It finds plain files of re-exports by the condition "module".
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { asCommonJs } from "./dist-files.mjs";

const CONTENTS_PAGE = "index.js";
const NAMESPACE = /^export \* as (\w+) from "\.\/([^"]*)";$/gm;

/**
 * @param {object} places
 * @param {string} places.compiled the compiled modules
 * @param {string} places.dist where the bundle is
 * @param {Record<string, { module: string, require: string, default: string }>} places.exports
 *   of package.json
 * @param {(path: string) => readonly string[]} namesOf what a file of the bundle exports
 */
export function writeEntries({ compiled, dist, exports }, namesOf) {
  const platform = (name) => inlined(read(join(compiled, "platform", name)));
  const loader = [
    "const { ownModule, MODULE_URL, noteEntry } = (() => {",
    platform("compiled-code.js"),
    platform("own-module.js"),
    platform("entries.js"),
    "return { ownModule, MODULE_URL, noteEntry };",
    "})();",
  ].join("\n");
  const lazily = platform("lazy-namespace.js");
  const entries = Object.values(exports).filter((paths) => paths.module !== undefined);

  mkdirSync(join(dist, FOLDER), { recursive: true });
  for (const { module, default: imported, require: required } of entries) {
    const file = inDist(module);
    const isPage = file === CONTENTS_PAGE;
    write(imported, [
      noted(imported),
      loader,
      NOTED,
      isPage ? `${lazily}\n${page()}` : single(file),
    ]);
    write(required, [FOUND, isPage ? page(true) : whole(file)]);
  }
  write(LOADER, [`"use strict";`, loader, lazily, SHARED]);

  function write(path, parts) {
    writeFileSync(join(dist, inDist(path)), parts.join("\n"));
  }

  function page(isCommonJs = false) {
    const text = read(join(compiled, CONTENTS_PAGE));
    const code = text.replace(NAMESPACE, (_all, name, path) => {
      const names = JSON.stringify([...namesOf(path)].sort());
      const { default: entry } = entries.find(({ module }) => inDist(module) === path);
      const places = [urlOf(asCommonJs(path)), urlOf(inDist(entry))];
      return `export const ${name} = lazyNamespace(${places.join(", ")}, ${names});`;
    });
    if (!isCommonJs) return code;
    return `foundBy(here, exports);\n${code.replace(/^export const (?=\w+)/gm, "exports.")}`;
  }

  function single(file) {
    const names = namesOf(file).join(", ");
    return `export const { ${names} } = ownModule(${urlOf(asCommonJs(file))});\n`;
  }
}

const FOLDER = "entry";
const LOADER = `${FOLDER}/loader.cjs`;
/** It imports itself: no other way leads to a namespace from inside. */
const noted = (path) => `import * as itself from "./${posix.basename(path)}";`;
const NOTED = "const here = import.meta.url;\nnoteEntry(here, itself);";
/** By a `require` of Node's own: jest's would load everything again for each file of tests. */
const FOUND = `"use strict";
const { createRequire } = process.getBuiltinModule("node:module");
const { pathToFileURL } = process.getBuiltinModule("node:url");
const { foundBy, ownModule, lazyNamespace } = (() => {
  try {
    return createRequire(__filename)("./loader.cjs");
  } catch (cause) {
    throw new Error("a bundle must leave manyhands out: mark it as external", { cause });
  }
})();
const here = pathToFileURL(__filename).href;`;
/** A function that captures these exports has those of the same file where it is called. */
const SHARED = `module.exports = {
  ownModule,
  lazyNamespace,
  foundBy(here, exports) {
    noteEntry(here);
    return Object.defineProperty(exports, MODULE_URL, { value: here });
  },
};
`;
/** Seen from the folder of the entries. */
const urlOf = (path) => `new URL("${posix.relative(FOLDER, path)}", here)`;
const whole = (file) => `module.exports = foundBy(here, ownModule(${urlOf(asCommonJs(file))}));\n`;
const inDist = (path) => path.replace(/^\.\/dist\//, "");
const read = (path) => readFileSync(path, "utf8").replace(/^\/\/# sourceMappingURL=.*\n?/m, "");
const withoutExports = (code) => code.replace(/^export (?=const|function)/gm, "");
const inlined = (code) => withoutImports(withoutExports(code));
/**
 * An import of a module of Node has all its exports loaded, which this needs few of. What it needs
 * of our own files is beside it.
 */
const withoutImports = (code) =>
  code
    .replace(
      /^import (\{[^}]*\}) from ("node:[^"]*");$/gm,
      "const $1 = process.getBuiltinModule($2);",
    )
    .replace(/^import .* from "\.[^"]*";$/gm, "");
