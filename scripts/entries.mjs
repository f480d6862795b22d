// A part of bundle.mjs: what Node loads for `manyhands` and `manyhands/threading`, in dist/entry.
//
// Most programs that import the contents page use one or two of its modules, so each is loaded at
// the first use of its namespace, in the middle of the program. An entry is one file, because each
// file that is imported takes a millisecond or more; so what loads our files stands in it.
//
// A bundler cannot follow this. It finds plain files of re-exports by the condition "module".
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { asCommonJs } from "./dist-files.mjs";

const CONTENTS_PAGE = "index.js";
const NAMESPACE = /^export \* as (\w+) from "\.\/([^"]*)";$/gm;

/**
 * @param {object} places
 * @param {string} places.compiled the compiled modules
 * @param {string} places.dist where the bundle is
 * @param {Record<string, { module: string, default: string }>} places.exports of package.json
 * @param {(path: string) => readonly string[]} namesOf what a file of the bundle exports
 */
export function writeEntries({ compiled, dist, exports }, namesOf) {
  const platform = (name) => inlined(read(join(compiled, "platform", name)));
  const loader = [
    "const { ownModule, MODULE_URL } = (() => {",
    platform("compiled-code.js"),
    platform("own-module.js"),
    platform("entries.js"),
    "noteEntry(import.meta.url);",
    "return { ownModule, MODULE_URL };",
    "})();",
  ].join("\n");
  const lazily = platform("lazy-namespace.js");

  for (const paths of Object.values(exports)) {
    if (paths.module === undefined) continue;
    const [module, entry] = [inDist(paths.module), inDist(paths.default)];
    const urlOf = (path) => {
      const relative = posix.relative(posix.dirname(entry), path);
      return `new URL("${relative}", import.meta.url)`;
    };
    const text = module === CONTENTS_PAGE ? contents(urlOf) : single(urlOf, module);
    mkdirSync(dirname(join(dist, entry)), { recursive: true });
    writeFileSync(join(dist, entry), text);
  }

  function contents(urlOf) {
    const page = read(join(compiled, CONTENTS_PAGE)).replace(NAMESPACE, (_all, name, path) => {
      const names = JSON.stringify([...namesOf(path)].sort());
      const whole = Object.values(exports).find((paths) => paths.module === `./dist/${path}`);
      const places = [urlOf(asCommonJs(path)), urlOf(inDist(whole.default))];
      return `export const ${name} = lazyNamespace(${places.join(", ")}, ${names});`;
    });
    return [loader, lazily, page].join("\n");
  }

  function single(urlOf, module) {
    const names = namesOf(module).join(", ");
    return `${loader}\nexport const { ${names} } = ownModule(${urlOf(asCommonJs(module))});\n`;
  }
}

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
