// Brings a checkout to the point where it can run: packages installed, library and tests compiled.
// Plain JavaScript without dependencies, so that it runs on a machine that has only Node and npm.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command in the project's folder, its output going to ours; ends this program if it fails. */
export function mustRun(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    ...options,
  });
  if (status === 0) return;
  console.error(
    `${command} ${args.join(" ")} failed: ${error?.message ?? signal ?? `exit code ${status}`}`,
  );
  process.exit(status || 1);
}

/** The path of a program that an installed package brings. */
export const tool = (name) => join(root, "node_modules", ".bin", name);

export function install() {
  const lock = join(root, "package-lock.json");
  const done = join(root, "node_modules", ".package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  mustRun("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

export function buildLibrary() {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  mustRun(tool("tsc"), ["-p", "src/tsconfig.json"]);
}

export function buildTests() {
  rmSync(join(root, "build"), { recursive: true, force: true });
  mustRun(tool("tsc"), ["-p", "test/tsconfig.json"]);
}
