/**
 * Whether the code of a file is strict, found without parsing it: by its name, by a directive at
 * its beginning, or because it imports or exports.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const known = new Map<string, boolean>();
/** Behind a line for the shell and comments. */
const DIRECTIVE = /^(?:#!.*)?(?:\s|\/\/.*|\/\*[^]*?\*\/)*["']use strict["']/;
const MODULE = /^[ \t]*(?:import\s*[\w$*{"']|export\s)/m;

/** Whether the file's top level is strict; false for what is no file. */
export function isStrictFile(url: string, isCommonJs: boolean): boolean {
  let strict = known.get(url);
  if (strict === undefined) known.set(url, (strict = look(url, isCommonJs)));
  return strict;
}

function look(url: string, isCommonJs: boolean): boolean {
  if (!url.startsWith("file:")) return false;
  if (!isCommonJs && /\.m[jt]s$/.test(url)) return true;
  try {
    const text = readFileSync(fileURLToPath(url), "utf8");
    return DIRECTIVE.test(text) || (!isCommonJs && MODULE.test(text));
  } catch {
    return false;
  }
}
