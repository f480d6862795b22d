/**
 * What `--import` names, in threads too.
 *
 * Node imports it in the main thread and in threads whose program is a file. Ours is a text, since
 * that starts sooner; so a thread does it itself, before anything of the program, if there is any.
 *
 * Importing tsx has an effect only in the main thread on some versions of Node and of tsx: the text
 * of a module would then be another one than in the parent. So it is asked to register, for both
 * kinds of modules where the program is so, and not before the first import of something else,
 * because that takes longer than the start of a thread.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import { importModule, importsAmong } from "../../../platform/importing.ts";
import { importFrom } from "./resolution.ts";

interface Tsx {
  readonly folder: string;
  /** Whether it loads CommonJS, too; else only ES modules. */
  readonly isForAll: boolean;
}

const TSX_FILE = /^(file:.*\/tsx\/)dist\/(loader|esm\/index)\.mjs$/;

// A thread that the program started by itself is not told what to import.
let tsx = isMainThread ? undefined : importsAmong(process.execArgv).map(tsxNamed).find(Boolean);
let registered: Promise<void> | undefined;
let requires = false;

/** Imports what options of Node name, which are bare or absolute, in this order. */
export async function importPreloads(specifiers: readonly string[]): Promise<void> {
  for (const specifier of specifiers) {
    const named = tsxNamed(specifier);
    if (named === undefined) {
      await loadersReady();
      await importFrom(specifier, importingFile());
    } else {
      tsx = named;
    }
  }
}

/** Settles when modules of the program can be imported here as in the main thread. */
export function loadersReady(): Promise<void> {
  requiresReady();
  if (tsx !== undefined) registered ??= registerTsx(tsx);
  return registered ?? Promise.resolve();
}

/** The same for `require`, at once. */
export function requiresReady(): void {
  if (tsx?.isForAll !== true || requires) return;
  requires = true;
  createRequire(tsx.folder)("./dist/cjs/index.cjs");
}

async function registerTsx({ folder }: Tsx): Promise<void> {
  const api = new URL("dist/esm/api/index.mjs", folder).href;
  const { register } = (await importModule(api)) as { register?: () => unknown };
  register?.();
}

/** What Node imports for its options it imports as a file of the working directory would. */
function importingFile(): string {
  return pathToFileURL(join(process.cwd(), "main.js")).href;
}

function tsxNamed(specifier: string): Tsx | undefined {
  const [, folder, entry] = TSX_FILE.exec(specifier) ?? [];
  if (folder !== undefined) return { folder, isForAll: entry === "loader" };
  if (!/^tsx(?:\/esm)?$/.test(specifier)) return undefined;
  try {
    const found = createRequire(importingFile()).resolve("tsx/package.json");
    return { folder: pathToFileURL(found).href, isForAll: specifier === "tsx" };
  } catch {
    return undefined;
  }
}
