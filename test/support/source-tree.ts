/**
 * The project's sources as text, and the few questions that the architecture test asks of them.
 * Text is enough here: the rules are about names, lines and import statements.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { packageRoot } from "./package-root.js";

/** Paths relative to the package's root, with their text. */
export type Tree = ReadonlyMap<string, string>;

export function readTree(folders: readonly string[], extensions: readonly string[]): Tree {
  const tree = new Map<string, string>();
  for (const folder of folders.filter((name) => existsSync(join(packageRoot, name)))) {
    for (const entry of readdirSync(join(packageRoot, folder), { recursive: true }) as string[]) {
      const path = posix.join(folder, entry.replaceAll("\\", "/"));
      if (path.includes("node_modules/") || !extensions.some((end) => path.endsWith(end))) continue;
      tree.set(path, readFileSync(join(packageRoot, path), "utf8"));
    }
  }
  return tree;
}

/** The text without its comments; a `//` inside a string goes too, which does no harm here. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");

export interface Import {
  /** As written, or for a relative one the path of the file that it means. */
  readonly target: string;
  /** False for `import type`, which is gone at run time, and for `import()`, which comes later. */
  readonly atOnce: boolean;
}

const STATEMENT = /\b(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\s*from\s*)?["']([^"']+)["']/g;
const CALL = /\bimport\(\s*["']([^"']+)["']/g;

export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const resolve = (target: string): string =>
    target.startsWith(".") ? posix.join(dirname(path), target) : target;
  return [
    ...Array.from(code.matchAll(STATEMENT), ([, type, target]) => ({
      target: resolve(target!),
      atOnce: type === undefined,
    })),
    ...Array.from(code.matchAll(CALL), ([, target]) => ({
      target: resolve(target!),
      atOnce: false,
    })),
  ];
}

/** The first ring of files that import one another at once, as a path that ends where it began. */
export function findCycle(tree: Tree): string[] | undefined {
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): string[] | undefined => {
    const index = trail.indexOf(path);
    if (index >= 0) return [...trail.slice(index), path];
    if (finished.has(path) || !tree.has(path)) return undefined;
    for (const { target, atOnce } of importsOf(path, tree.get(path)!)) {
      const cycle = atOnce ? walk(target, [...trail, path]) : undefined;
      if (cycle !== undefined) return cycle;
    }
    finished.add(path);
    return undefined;
  };
  for (const path of tree.keys()) {
    const cycle = walk(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
