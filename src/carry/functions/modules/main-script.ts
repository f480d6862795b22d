/** The main script, which must not be imported again: that would run the program a second time. */
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
let mainUrls: Set<string> | undefined;

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

/** Notes the main script's URL, which `process.argv` does not tell in a thread. */
export function noteMainScript(url: string): void {
  (mainUrls ??= findMain()).add(url);
}

const TEST_FILE = /[._-](?:test|spec)\.[cm]?[jt]sx?$/;

/**
 * Whether `url` is the script that this process or thread was started with, or a file of tests: a
 * test runner starts those, and importing one elsewhere would fail without the runner.
 */
export function isMainScript(url: string): boolean {
  mainUrls ??= findMain();
  return mainUrls.has(url) || TEST_FILE.test(url);
}
