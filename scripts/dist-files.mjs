// A part of bundle.mjs: writes what rollup answers, in dist.
//
// All code is in CommonJS files (why: src/platform/own-module.ts). Beside each stands an ES module
// that names what it exports. Node's `import` of a CommonJS file does not lead to the same one
// where a loader for TypeScript has given it its text, so these ask `require`; but those of the
// package's exports are for bundlers, which cannot follow that.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { parse } from "acorn";
import { toCommonJs } from "./commonjs.mjs";

export const asCommonJs = (path) => path.replace(/\.js$/, ".cjs");

/**
 * @param {string} dist
 * @param {readonly object[]} output as rollup answers it
 * @param {object} of
 * @param {ReadonlySet<string>} of.faces what is loaded as a whole, by Node or by a bundler
 * @param {string} of.chunks the folder of the files that are no module's own
 * @param {(id: string) => string} of.nameOf the path of a module in dist
 */
export function writeFiles(dist, output, { faces, chunks, nameOf }) {
  const files = new Map(output.filter(({ type }) => type === "chunk").map((f) => [f.fileName, f]));
  const write = (name, text) => {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    writeFileSync(join(dist, name), text);
  };
  for (const file of files.values()) {
    if (file.moduleIds.length > 0) writeCode(file);
    else writeNames(file);
  }

  function writeCode(file) {
    const name = file.fileName;
    const code = toCommonJs(withoutMap(file.code), (to) => targetOf(name, to));
    write(asCommonJs(name), `${code}//# sourceMappingURL=${basename(asCommonJs(name))}.map\n`);
    write(`${asCommonJs(name)}.map`, file.map.toString());
    if (name.startsWith(chunks)) {
      if (file.facadeModuleId !== null) writeNamesOf(file);
      return;
    }
    const from = `./${basename(name)}`;
    const names = file.exports.map((one) => ({ from, inner: one, outer: one }));
    const head = file.code.match(/^#!.*\n/)?.[0] ?? "";
    write(name, esModule(head, names, new Map([[from, asCommonJs(from)]]), faces.has(name)));
  }

  function writeNames(file) {
    writeNamesAt(file.fileName, reexports(file.code));
  }

  /** For the one module of a chunk that has no file of names yet. */
  function writeNamesOf(file) {
    const id = file.facadeModuleId;
    const name = nameOf(id);
    const from = posix.relative(posix.dirname(name), file.fileName);
    const own = file.modules[id].renderedExports;
    writeNamesAt(
      name,
      own.map((one) => ({ from, inner: one, outer: one })),
    );
  }

  function writeNamesAt(name, names) {
    const sources = new Map(names.map(({ from }) => [from, targetOf(name, from)]));
    write(name, esModule("", names, sources, faces.has(name)));
    if (faces.has(name)) write(asCommonJs(name), commonJsModule(names, sources));
  }

  /** What a file requires where it imported `to`: all that has code is CommonJS. */
  function targetOf(name, to) {
    const target = files.get(posix.join(posix.dirname(name), to));
    if (target === undefined) throw new Error(`${name} imports ${to}, which is not of the bundle`);
    return asCommonJs(to);
  }
}

/**
 * @param {string} head its first line, if that is for the shell
 * @param {readonly { from: string, inner: string, outer: string }[]} names what it exports
 * @param {ReadonlyMap<string, string>} sources where that comes from: the files to be required
 * @param {boolean} plain whether a bundler is to understand it
 */
function esModule(head, names, sources, plain) {
  if (sources.size === 0) return "export {};\n";
  const lines = Array.from(sources, ([source, target]) => {
    const path = JSON.stringify(target);
    const own = names.filter(({ from }) => from === source);
    if (plain) return `export { ${listed(own, " as ")} } from ${path};`;
    return `${own.length > 0 ? `export const { ${listed(own, ": ")} } = ` : ""}require(${path});`;
  });
  const require = [
    `import { createRequire } from "node:module";`,
    `const require = createRequire(import.meta.url);`,
  ];
  return `${head}${[...(plain ? [] : require), ...lines].join("\n")}\n`;
}

function commonJsModule(names, sources) {
  const lines = Array.from(sources, ([source, target], index) => {
    const own = names.filter(({ from }) => from === source);
    const taken = own.map(({ inner, outer }) => `exports.${outer} = m${index}.${inner};`);
    return [`const m${index} = require("${target}");`, ...taken].join("\n");
  });
  return `"use strict";\n${lines.join("\n")}\n`;
}

const withoutMap = (code) => code.replace(/^\/\/# sourceMappingURL=.*\n?/m, "");

const listed = (names, as) =>
  names.map(({ inner, outer }) => (inner === outer ? inner : inner + as + outer)).join(", ");

/** The names of a file that has only those of others. */
function reexports(code) {
  const { body } = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  return body.flatMap(({ type, source, specifiers }) => {
    if (type === "ImportDeclaration" && specifiers.length === 0) return [];
    if (type !== "ExportNamedDeclaration" || (source === null && specifiers.length > 0)) {
      throw new Error(`not a file of names only: ${type}`);
    }
    return specifiers.map(({ local, exported }) => {
      return { from: source.value, inner: local.name, outer: exported.name };
    });
  });
}
