/**
 * Paths among the options of Node, as they were meant when this program started. A child starts in
 * whatever directory is the working one then.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { firstDirectory } from "../platform/entries.ts";

const IMPORTS = /^--(?:import|loader|experimental-loader)$/;
const REQUIRES = /^(?:-r|--require)$/;
const FILES = /^--(?:env-file|env-file-if-exists|experimental-config-file)$/;
/** Others are names of packages, URLs or absolute. */
const RELATIVE = /^\.{1,2}(?:[\\/]|$)/;
const WITH_VALUE = /^(--[\w-]+)=(.*)$/s;

/** The same options with absolute paths in place of relative ones. */
export function withFixedPaths(options: readonly string[]): string[] {
  return options.map((option, at) => {
    const [, name, value] = WITH_VALUE.exec(option) ?? [];
    if (name === undefined) return fixedPath(options[at - 1] ?? "", option);
    return `${name}=${fixedPath(name, value!)}`;
  });
}

function fixedPath(name: string, value: string): string {
  if (FILES.test(name)) return resolve(firstDirectory(), value);
  if (!RELATIVE.test(value)) return value;
  if (REQUIRES.test(name)) return resolve(firstDirectory(), value);
  if (!IMPORTS.test(name)) return value;
  return new URL(value, pathToFileURL(join(firstDirectory(), "/"))).href;
}

/** The options in `NODE_OPTIONS`, which may be quoted there. */
export function splitOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/gs) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/gs, (_all, quoted: string) =>
      quoted.replace(/\\(.)/gs, "$1"),
    ),
  );
}

/** An environment whose `NODE_OPTIONS` has absolute paths; the very same one where it has them. */
export function withFixedOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: text = "" } = env;
  const options = splitOptions(text);
  const fixed = withFixedPaths(options);
  if (fixed.every((option, at) => option === options[at])) return env;
  const quoted = fixed.map((option) =>
    /[\s"\\]/.test(option) ? `"${option.replaceAll(/["\\]/g, "\\$&")}"` : option,
  );
  return { ...env, NODE_OPTIONS: quoted.join(" ") };
}
