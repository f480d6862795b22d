// npm run check [-- name...]: everything about the sources that is not a test. Without names all
// checks run, and all of them also when one fails.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildLibrary, install, runs, tool } from "./prepare.mjs";

const checks = {
  format: () => runs(tool("oxfmt"), ["--check"]),
  lint: () => runs(tool("oxlint"), ["--type-aware", "--deny-warnings"]),
  // src, then tests with the type tests under test/types, examples and benchmarks
  types: () =>
    runs(tool("tsc"), ["-p", "src/tsconfig.json", "--noEmit"]) &&
    runs(tool("tsc"), ["-p", "test/tsconfig.json", "--noEmit"]),
  publint: () => runs(tool("publint"), ["--strict"]),
  attw: () => withPacked((file) => runs(tool("attw"), [file, "--profile", "node16"])),
  knip: () =>
    runs(tool("knip"), ["--no-progress", "--no-config-hints", "--tsConfig", "src/tsconfig.json"]),
};

/** Packs what is built, as it would be published, and hands the archive over. */
function withPacked(use) {
  const folder = mkdtempSync(join(tmpdir(), "packed-"));
  try {
    // Without the scripts: what is to be packed was built just now.
    const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
    return runs("npm", args) && use(join(folder, readdirSync(folder)[0]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(
    `no check is called ${unknown.join(", ")}; there are ${Object.keys(checks).join(", ")}`,
  );
  process.exit(1);
}

install();
buildLibrary();
const failed = (wanted.length > 0 ? wanted : Object.keys(checks)).filter((name) => {
  console.log(`check ${name}`);
  return !checks[name]();
});
console.log(failed.length === 0 ? "all checks passed" : `failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
