/**
 * The package as users get it: packed, and installed into an empty folder with install scripts off
 * and no compiler to be found.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { packageRoot } from "../support/package-root.js";

export interface Outcome {
  stdout: string;
  stderr: string;
  code: number | null;
}

/** A file, or files by conditions. */
export type Target = string | { [condition: string]: Target };

export class InstalledPackage {
  /** A project folder with the package in its node_modules. */
  readonly folder: string = mkdtempSync(join(tmpdir(), "installed-"));
  readonly #bin: string = join(this.folder, "bin");

  constructor() {
    mkdirSync(this.#bin);
    symlinkSync(process.execPath, join(this.#bin, "node"));
    this.write("package.json", `{ "private": true, "type": "module" }`);
    const packed = this.#npm(
      packageRoot,
      "pack",
      "--ignore-scripts",
      "--pack-destination",
      this.folder,
    );
    if (packed.code !== 0) throw new Error(packed.stderr);
  }

  /** Why the package cannot be installed here, where that is for want of a registry. */
  install(): string | undefined {
    const tarball = readdirSync(this.folder).find((name) => name.endsWith(".tgz"))!;
    const flags = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
    const { code, stderr } = this.#npm(this.folder, "install", ...flags, `./${tarball}`);
    if (code === 0) return undefined;
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.test(stderr)) {
      return "no package registry can be reached";
    }
    throw new Error(stderr);
  }

  /** package.json as it was published. */
  get manifest(): { exports: Record<string, Target> } {
    const path = join(this.folder, "node_modules", "manyhands", "package.json");
    return JSON.parse(readFileSync(path, "utf8")) as never;
  }

  /** The names under which modules can be imported. */
  get specifiers(): string[] {
    return Object.keys(this.manifest.exports)
      .filter((path) => path !== "./package.json")
      .map((path) => `manyhands${path.slice(1)}`);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Makes a project folder in the folder that has the package as pnpm lays it out. */
  link(name: string): void {
    const modules = join(this.folder, name, "node_modules");
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(this.folder, "node_modules", "manyhands"), join(modules, "manyhands"));
  }

  /** Runs Node in the folder. */
  node(...args: string[]): Outcome {
    return this.#spawn(this.folder, args);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #npm(cwd: string, ...args: string[]): Outcome {
    const folders = process.env["PATH"]!.split(delimiter);
    const npm = folders.map((folder) => join(folder, "npm")).find((path) => isFile(path));
    if (npm === undefined) throw new Error("npm is not on the PATH");
    return this.#spawn(cwd, [realpathSync(npm), ...args]);
  }

  /** On the PATH is nothing but Node. */
  #spawn(cwd: string, args: readonly string[]): Outcome {
    const options = { cwd, env: { ...process.env, PATH: this.#bin }, timeout: 120_000 };
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      ...options,
      encoding: "utf8",
    });
    return { stdout, stderr, code: status };
  }
}

function isFile(path: string): boolean {
  try {
    realpathSync(path);
    return true;
  } catch {
    return false;
  }
}
