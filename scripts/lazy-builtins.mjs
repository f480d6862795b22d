// A part of bundle.mjs: has modules of Node loaded when something of them is first used.
//
// The sources import them as anyone does. But `node:net` or `node:crypto` take as long to load as
// half of the library, and most programs, and most children, need few of them. In the bundle
// `Socket` therefore reads `node_net.Socket`, where `node_net` is an object whose properties ask
// `process.getBuiltinModule` at their first use. What a module uses while it is itself loaded, as a
// class does that extends `Duplex`, is loaded then. As with CommonJS, what somebody has put in
// place of a function of Node is what is called.
import { readFileSync } from "node:fs";
import { parse } from "acorn";

const OURS = "\0builtin:";
/** Stands for the whole module, imported by default or as a namespace. */
const WHOLE = "whole";

const isBuiltin = (specifier) => specifier.startsWith("node:");

function importsOf(code) {
  const { body } = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  return body.filter(({ type, source }) => type === "ImportDeclaration" && isBuiltin(source.value));
}

const nameOf = ({ type, imported }) => (type === "ImportSpecifier" ? imported.name : WHOLE);

/** For each module of Node that the files import: the names that they import from it. */
function importedNames(files) {
  const names = new Map();
  for (const file of files) {
    for (const { source, specifiers } of importsOf(readFileSync(file, "utf8"))) {
      if (!names.has(source.value)) names.set(source.value, new Set());
      for (const specifier of specifiers) names.get(source.value).add(nameOf(specifier));
    }
  }
  return names;
}

/** The code with all its imports from Node by name. */
export function withNamedImports(code) {
  let text = "";
  let at = 0;
  for (const { start, end, source, specifiers } of importsOf(code)) {
    const named = specifiers.map((one) => `${nameOf(one)} as ${one.local.name}`).join(", ");
    text += `${code.slice(at, start)}import { ${named} } from "${source.value}";`;
    text += "\n".repeat(code.slice(start, end).split("\n").length - 1);
    at = end;
  }
  return text + code.slice(at);
}

const variableOf = (module) => module.replace(/\W/g, "_");

/** @param {readonly string[]} files all that may import modules of Node */
export function lazyBuiltins(files) {
  const names = importedNames(files);
  return {
    name: "lazy-builtins",
    resolveId(source) {
      if (!isBuiltin(source)) return null;
      return { id: OURS + source, syntheticNamedExports: variableOf(source) };
    },
    load(id) {
      if (!id.startsWith(OURS)) return null;
      const module = id.slice(OURS.length);
      const getters = Array.from(names.get(module), (name) => {
        return `  get ${name}() { return load()${name === WHOLE ? "" : `.${name}`}; },`;
      });
      return [
        `let loaded;`,
        `const load = () => (loaded ??= process.getBuiltinModule("${module}"));`,
        `export const ${variableOf(module)} = {\n${getters.join("\n")}\n};`,
      ].join("\n");
    },
  };
}
