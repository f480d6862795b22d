/**
 * Build tools that users run their programs with, installed on demand beside the packages of the
 * checkout, for which they are too large.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../../support/package-root.ts";

const VERSIONS = {
  esbuild: "0.25.12",
  "ts-node": "10.9.2",
  tsx: "4.20.6",
  typescript: "5.2.2",
};
const folder = join(packageRoot, "node_modules", ".cache", "manyhands-test-tools");

/** The folder of an installed tool, or undefined when it cannot be installed here. */
export function toolFolder(name: keyof typeof VERSIONS): string | undefined {
  const found = join(folder, name, "node_modules", name);
  if (existsSync(join(found, "package.json"))) return found;
  mkdirSync(join(folder, name), { recursive: true });
  const wanted = `${name}@${VERSIONS[name]}`;
  const args = ["install", "--prefix", join(folder, name), wanted, "--no-audit", "--no-fund"];
  spawnSync("npm", [...args, "--prefer-offline"], { timeout: 60_000, stdio: "ignore" });
  return existsSync(join(found, "package.json")) ? found : undefined;
}

/** The flag that lets Node run TypeScript through tsx. */
export function tsxFlag(): string | undefined {
  const found = toolFolder("tsx");
  return found && `--import=${pathToFileURL(join(found, "dist", "loader.mjs")).href}`;
}

/** For a program that asks CommonJS modules of Node by `require`. */
export const WITH_REQUIRE: string =
  '--banner:js=import { createRequire } from "node:module"; ' +
  "const require = createRequire(import.meta.url);";

/** Bundles a file and all that it imports into one. */
export function bundle(input: string, output: string, flags: readonly string[]): boolean {
  const found = toolFolder("esbuild");
  if (found === undefined) return false;
  const program = join(found, "bin", "esbuild");
  const fixed = ["--bundle", "--platform=node", "--format=esm", `--outfile=${output}`];
  const { status } = spawnSync(program, [input, ...fixed, ...flags], { timeout: 60_000 });
  return status === 0;
}
