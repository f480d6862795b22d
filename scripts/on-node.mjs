// node scripts/on-node.mjs 24 [part...]: runs the compiled suite on another major version of Node,
// which comes from npm into .nodes/ and stays there. The suite must be built before (`npm test`).
//
// The package `node` would fetch the binary in an install script; the per-platform packages behind
// it hold the binary itself and need none.
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { mustRun, root } from "./prepare.mjs";

const [major, ...wanted] = process.argv.slice(2);
if (!/^\d+$/.test(major ?? "")) {
  console.error("usage: node scripts/on-node.mjs <major version> [part of a test's path...]");
  process.exit(1);
}

const system = process.platform === "win32" ? "win" : process.platform;
const name = `node-${system}-${process.arch}`;
const folder = join(root, ".nodes", major);
const binary = join(folder, "node_modules", name, "bin", system === "win" ? "node.exe" : "node");
if (!existsSync(binary)) {
  mkdirSync(folder, { recursive: true });
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const where = ["--prefix", folder, "--no-save", "--no-package-lock"];
  mustRun("npm", ["install", ...where, "--ignore-scripts", ...quiet, `${name}@${major}`]);
}

const env = { ...process.env, PATH: dirname(binary) + delimiter + process.env.PATH };
mustRun(binary, ["scripts/run-tests.mjs", ...wanted], { env });
