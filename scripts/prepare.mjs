// Brings a checkout to the point where it can run: packages installed, library and tests compiled.
// Plain JavaScript without dependencies, so that it runs where there is only Node and npm.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs a command in the project's folder, its output going to ours.
 * Ends this program when the command fails.
 */
export function mustRun(command, args, options = {}) {
  if (runs(command, args, options)) return;
  console.error(`failed: ${[command, ...args].join(" ")}`);
  process.exit(1);
}

/** Runs a command in the project's folder and tells whether it succeeded. */
export function runs(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
    ...options,
  });
  if (status === 0) return true;
  console.error(`${command}: ${error?.message ?? signal ?? `exit code ${status}`}`);
  return false;
}

/** The path of a program that an installed package brings. */
export const tool = (name) => join(root, "node_modules", ".bin", name);

/**
 * Installs the packages of `folder` unless its lock file is the one last installed from.
 *
 * `npm install --no-save` and not `npm ci`: the tools bring optional parts for every platform, a
 * mirror may lack some of those, and `npm ci` then refuses the whole lock file. Install scripts
 * stay off: nothing here needs one.
 */
export function install(folder = root) {
  const lock = join(folder, "package-lock.json");
  const wanted = createHash("sha256")
    .update(readFileSync(existsSync(lock) ? lock : join(folder, "package.json")))
    .digest("hex");
  const stamp = join(folder, "node_modules", ".installed-from");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  mustRun("npm", ["install", "--no-save", "--ignore-scripts", ...quiet], { cwd: folder });
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Compiles the sources, their types into dist, and bundles what was compiled into dist. */
export function buildLibrary() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  rmSync(join(root, "build", "library"), { recursive: true, force: true });
  const compiled = ["--outDir", "build/library", "--declarationDir", "dist"];
  mustRun(tool("tsc"), ["-p", "src/tsconfig.json", ...compiled]);
  declareAsCommonJs();
  mustRun(process.execPath, ["scripts/bundle.mjs"]);
}

/**
 * What the compiler declares are CommonJS files, as all code of the bundle is: these can be named
 * by modules of both kinds, and are the same types for both. ES modules find them through a file of
 * their own, for each entry.
 */
function declareAsCommonJs() {
  const dist = join(root, "dist");
  for (const name of readdirSync(dist, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = readFileSync(join(dist, name), "utf8");
    const path = join(dist, name.replace(/ts$/, "cts"));
    writeFileSync(path, text.replace(/(\bfrom |\bimport\()"(\.[^"]*)\.ts"/g, '$1"$2.cjs"'));
    rmSync(join(dist, name));
  }
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  // Compilers that take in no types by themselves find those of Node through ours.
  const needed = `/// <reference types="node" />\n`;
  for (const { types } of Object.values(exports)) {
    if (types === undefined) continue;
    const path = join(root, types.require);
    writeFileSync(path, needed + readFileSync(path, "utf8"));
    const code = `./${basename(path).replace(".d.cts", ".cjs")}`;
    writeFileSync(join(root, types.default), `${needed}export * from "${code}";\n`);
  }
}

/** Compiles tests, examples and benchmarks; the library must be built before. */
export function buildTests() {
  for (const folder of ["test", "examples", "bench"]) {
    rmSync(join(root, "build", folder), { recursive: true, force: true });
  }
  mustRun(tool("tsc"), ["-p", "test/tsconfig.json"]);
}
