// A part of bundle.mjs: has modules of Node loaded when something of them is first used.
//
// The sources import them as anyone does. But `node:net` or `node:crypto` take as long to load as
// half of the library, and most programs, and most children, need few of them. In the bundle
// `Socket` therefore reads `net.Socket`, where `net` is an object whose properties ask
// `process.getBuiltinModule` at their first use. What a module uses while it is itself loaded, as a
// class does that extends `Duplex`, is loaded then. As with CommonJS, what somebody has put in
// place of a function of Node is what is called.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const OURS = "\0builtin:";

/** For each module of Node that the files import: the names that they import from it. */
function importedNames(files) {
  const names = new Map();
  for (const file of files) {
    const options = { ecmaVersion: "latest", sourceType: "module" };
    for (const statement of parse(readFileSync(file, "utf8"), options).body) {
      if (statement.type !== "ImportDeclaration") continue;
      const module = statement.source.value;
      if (!module.startsWith("node:")) continue;
      if (!names.has(module)) names.set(module, new Set());
      for (const specifier of statement.specifiers) {
        if (specifier.type !== "ImportSpecifier") {
          throw new Error(`${file}: import what you need of ${module} by name`);
        }
        names.get(module).add(specifier.imported.name);
      }
    }
  }
  return names;
}

const variableOf = (module) => module.replace(/\W/g, "_");

/** @param {readonly string[]} files all that may import modules of Node */
export function lazyBuiltins(files) {
  const names = importedNames(files);
  return {
    name: "lazy-builtins",
    resolveId(source) {
      if (!source.startsWith("node:")) return null;
      return { id: OURS + source, syntheticNamedExports: variableOf(source) };
    },
    load(id) {
      if (!id.startsWith(OURS)) return null;
      const module = id.slice(OURS.length);
      const getters = Array.from(names.get(module), (name) => {
        return `  get ${name}() { return load().${name}; },`;
      });
      return [
        `let loaded;`,
        `const load = () => (loaded ??= process.getBuiltinModule("${module}"));`,
        `export const ${variableOf(module)} = {\n${getters.join("\n")}\n};`,
      ].join("\n");
    },
  };
}
