/**
 * Which files must not be imported again: the main script, whose import would run the program a
 * second time, and whatever arrived here by value, which is the main script of somebody else.
 */
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
let mainUrls: Set<string> | undefined;
const carriedUrls = new Set<string>();

function findMain(): Set<string> {
  const found = new Set<string>();
  const path = process.argv[1];
  if (path === undefined) return found;
  const names = extname(path) === "" ? ["", ...EXTENSIONS].map((end) => path + end) : [path];
  for (const name of names) {
    found.add(pathToFileURL(name).href);
    try {
      found.add(pathToFileURL(realpathSync(name)).href);
    } catch {
      // A guess at the extension that did not hit.
    }
  }
  return found;
}

/** The URLs that the main script may have: as given, with links resolved. */
export function mainScripts(): string[] {
  return [...(mainUrls ??= findMain())];
}

/** Whether `url` is the script that this process or thread was started with. */
export function isMainScript(url: string): boolean {
  mainUrls ??= findMain();
  return mainUrls.has(url);
}

/** Whether functions of this file came here by value, so that it is not importable. */
export function isCarried(url: string): boolean {
  return carriedUrls.has(url);
}

/** Remembers that functions of this file come by value. */
export function markCarried(url: string): void {
  carriedUrls.add(url);
}
