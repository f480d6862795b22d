/**
 * Loads a file of this library at once: the very module that everybody has.
 *
 * The build writes CommonJS files, because V8 can be handed the code that it compiled of these
 * before (`compiled-code.ts`), which makes children start sooner. Node's own table of loaded files
 * is used, so a file that Node's `require` has loaded is the same one. But Node's `require` itself
 * is not: it has no place for compiled code, and loaders for TypeScript put functions of their own
 * into it.
 */
import { readFileSync } from "node:fs";
import { Module } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiledOf, countsCoverage, noteScript } from "./compiled-code.ts";

/** Where what stands for such a module says which it is; another copy of this file may ask. */
export const MODULE_URL: unique symbol = Symbol.for("manyhands.module") as never;

interface OwnModule {
  filename: string;
  exports: object;
  loaded: boolean;
  /** What the file takes for `import.meta.url`. */
  url?: string;
  _compile(text: string, path: string, format: "commonjs"): unknown;
}

type Wrapper = (
  exports: object,
  require: (path: string) => object,
  module: OwnModule,
  filename: string,
  dirname: string,
) => void;

/** Node's table, which tools empty to load a program anew. */
const { _cache: shared } = Module as unknown as { _cache: Record<string, OwnModule> };
const LOADED = Symbol.for("manyhands.loaded");
/** What is loaded of this library stays loaded; each copy of this code finds it here. */
const world = globalThis as { [LOADED]?: Map<string, OwnModule> };
const loaded = (world[LOADED] ??= new Map());
const WRAPPER = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"] as const;

/** The exports of the module at `url`. */
export function ownModule(url: URL): object {
  return load(fileURLToPath(url), url.href);
}

function load(path: string, url: string): object {
  const known = loaded.get(path) ?? shared[path];
  if (known !== undefined) {
    loaded.set(path, known);
    return known.exports;
  }
  const module = new Module(path) as unknown as OwnModule;
  module.filename = path;
  module.url = url;
  loaded.set(path, module);
  shared[path] = module;
  try {
    run(module, path);
  } catch (error) {
    loaded.delete(path);
    delete shared[path];
    throw error;
  }
  module.loaded = true;
  return module.exports;
}

function run(module: OwnModule, path: string): void {
  // The build leaves no letters in them that are not Latin.
  const text = textOf(path);
  if (isLeftToNode(path)) return void module._compile(text, path, "commonjs");
  const folder = dirname(path);
  // Loaded only now: whoever imports the contents page may need no other file.
  const { Script } = process.getBuiltinModule("node:vm");
  const script = new Script(WRAPPER.join(text), {
    filename: path,
    cachedData: compiledOf(path) as Buffer | undefined,
  });
  noteScript(path, script);
  const require = (relative: string): object => {
    const file = join(folder, relative);
    return load(file, pathToFileURL(file).href);
  };
  const wrapper = script.runInThisContext() as Wrapper;
  wrapper.call(module.exports, module.exports, require, module, path, folder);
}

/** Bundlers see nothing of what is loaded in this way. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new Error(
      `manyhands needs ${path}, which is not there: it loads files of the package when it needs ` +
        "them, so a bundle must leave it out. Mark it as external: --external:manyhands " +
        "(esbuild), external: [/^manyhands/] (rollup), externals: [/^manyhands/] (webpack), " +
        "-e manyhands/threading, and so on for each name (ncc)",
      { cause: error },
    );
  }
}

/** Node counts what is run, and may keep what is compiled from one start to the next. */
function isLeftToNode(path: string): boolean {
  const { getCompileCacheDir } = Module as { getCompileCacheDir?: () => string | undefined };
  const keeps = getCompileCacheDir?.() !== undefined && compiledOf(path) === undefined;
  return keeps || countsCoverage(process.env);
}
