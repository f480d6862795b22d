// Puts the compiled modules together into the few files that are loaded, in dist/chunks (which goes
// where: chunks.mjs). Loading hundreds of small files took most of a child's start.
//
// - A module keeps its own path as a file that only names what it exports. The package's exports
//   lead there, and the tests find the internals there, the same instances as everyone's.
// - A module that the sources name by `new URL("./x.js", import.meta.url)` is a program that a
//   child runs; so is the command. These stay files of their own.
// - What Node itself loads for the names of the package is written by entries.mjs.
// - A module of Node is loaded when something of it is first used: see lazy-builtins.mjs.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, relative } from "node:path";
import { parse } from "acorn";
import { rollup } from "rollup";
import { assignChunks } from "./chunks.mjs";
import { asCommonJs, writeFiles } from "./dist-files.mjs";
import { writeEntries } from "./entries.mjs";
import { lazyBuiltins, withNamedImports } from "./lazy-builtins.mjs";
import { root } from "./prepare.mjs";

const compiled = join(root, "build", "library");
const dist = join(root, "dist");
const CHUNKS = "chunks";
const CONTENTS_PAGE = "index.js";
/** The first file of children, which needs no other. */
const BEGIN = "workers/begin.js";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const modules = readdirSync(compiled, { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".js") && name !== CONTENTS_PAGE && name !== BEGIN);
/** Files of which only their exports are wanted: those of the package, and parts of it. */
const faces = new Set(Object.values(manifest.exports).map((entry) => inDist(entry.module)));
/** Programs that children run, and all programs. */
const children = new Set();
const programs = new Set(Object.values(manifest.bin).map(inDist));

function inDist(path = "") {
  return path.replace(/^\.\/dist\//, "");
}

const nameOf = (id) => relative(compiled, id).replaceAll("\\", "/");

/** A part of the library that is loaded when it is first used: `core/later.ts`. */
const PART = /\blater\(\s*new URL\("(\.[^"]*)", import\.meta\.url\)/g;
const OTHER_FILE = /new URL\("(\.[^"]*)", import\.meta\.url\)/g;

/** What `module` names by URL, as paths in dist. */
function namedFiles(module, how) {
  const text = readFileSync(join(compiled, module), "utf8");
  return Array.from(text.matchAll(how), ([, path]) => posix.join(posix.dirname(module), path));
}

for (const module of modules) {
  const parts = namedFiles(module, PART);
  for (const part of parts) faces.add(part);
  for (const named of namedFiles(module, OTHER_FILE)) {
    if (modules.includes(named) && !faces.has(named)) children.add(named);
  }
}
for (const child of children) programs.add(child);

/** Files that are named as ES modules: for Node's `--import`. */
const IMPORTED = new Set(["workers/fork-prelude.js"]);

/** A chunk lies elsewhere than the module that names a file from where it lies. */
function withMovedUrls(code, module) {
  return code.replace(OTHER_FILE, (_all, path) => {
    const named = posix.join(posix.dirname(module), path);
    const target = IMPORTED.has(named) ? named : asCommonJs(named);
    const from = programs.has(module) ? posix.dirname(module) : CHUNKS;
    const relative = posix.relative(from, target);
    return `new URL("${relative.startsWith(".") ? relative : `./${relative}`}", import.meta.url)`;
  });
}

/**
 * Comments take a tenth of the time that loading takes, and so does a text that has a letter which
 * is not Latin: V8 then reads two bytes for each. Lines stay where they are.
 */
function withoutComments(code) {
  const comments = [];
  parse(code, { ecmaVersion: "latest", sourceType: "module", onComment: comments });
  let text = "";
  let at = 0;
  for (const { start, end } of comments) {
    if (code.startsWith("#!", start)) continue;
    text += code.slice(at, start) + code.slice(start, end).replace(/[^\n]+/g, "");
    at = end;
  }
  return escaped((text + code.slice(at)).replace(/[^\S\n]+$/gm, ""));
}

/** Such letters stand in texts and patterns, never in names. */
const escaped = (code) =>
  code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const compiledModules = {
  name: "compiled-modules",
  load(id) {
    if (!id.startsWith(compiled)) return null;
    const code = readFileSync(id, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
    const map = JSON.parse(readFileSync(`${id}.map`, "utf8"));
    return { code: withMovedUrls(withNamedImports(withoutComments(code)), nameOf(id)), map };
  },
};

let chunks;

const ours = (ids) => ids.filter((id) => id.startsWith(compiled)).map(nameOf);

/** The chunk of each module; programs, and what nobody imports and somebody begins, have none. */
function chunksOf(getModuleInfo) {
  const infos = modules.map((module) => getModuleInfo(join(compiled, module)));
  const imports = new Map(infos.map(({ id, importedIds }) => [nameOf(id), ours(importedIds)]));
  const assigned = assignChunks(imports, children);
  for (const { id, importers } of infos) {
    const module = nameOf(id);
    const begun = !faces.has(module) && importers.length === 0;
    if (begun || programs.has(module)) assigned.delete(module);
  }
  return assigned;
}

const HARMLESS = new Set([
  "THIS_IS_UNDEFINED", // in a helper that the compiler writes
  "INVALID_IMPORT_ATTRIBUTE", // an import whose options only its caller knows
  "EMPTY_BUNDLE", // a module of types
]);

const bundle = await rollup({
  input: Object.fromEntries(
    modules.map((module) => [module.slice(0, -".js".length), join(compiled, module)]),
  ),
  // Whether something is used is for knip to say, which sees the tests as well.
  treeshake: false,
  preserveEntrySignatures: "strict",
  external: Object.keys(manifest.dependencies),
  plugins: [lazyBuiltins(modules.map((module) => join(compiled, module))), compiledModules],
  onwarn(warning) {
    if (HARMLESS.has(warning.code)) return;
    throw new Error(`${warning.code}: ${warning.message}`);
  },
});
const { output } = await bundle.generate({
  format: "es",
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Where nobody else imports of a chunk, rollup makes it the file of one of its modules.
  entryFileNames: ({ name, moduleIds }) =>
    moduleIds.length > 1 && chunks.has(`${name}.js`)
      ? `${CHUNKS}/${chunks.get(`${name}.js`)}.js`
      : "[name].js",
  chunkFileNames: `${CHUNKS}/[name].js`,
  generatedCode: "es2015",
  hoistTransitiveImports: false,
  minifyInternalExports: false,
  manualChunks(id, { getModuleInfo }) {
    chunks ??= chunksOf(getModuleInfo);
    return id.startsWith(compiled) ? chunks.get(nameOf(id)) : "base";
  },
});
await bundle.close();
writeFiles(dist, output, { faces, chunks: CHUNKS, nameOf });

const page = readFileSync(join(compiled, CONTENTS_PAGE), "utf8");
writeFileSync(join(dist, CONTENTS_PAGE), page.replace(/^\/\/# sourceMappingURL=.*\n?/m, ""));
const namesOf = new Map(output.map(({ fileName, exports }) => [fileName, exports]));
writeEntries({ compiled, dist, exports: manifest.exports }, (path) => namesOf.get(path));

const alone = await rollup({
  input: join(compiled, BEGIN),
  plugins: [compiledModules],
  external: isBuiltin,
});
await alone.write({
  file: join(dist, asCommonJs(BEGIN)),
  format: "cjs",
  footer: "if (require.main === module) beginProcess();",
});
await alone.close();
