/**
 * Finds the file of a script that the Profiler did not list, by its text.
 *
 * Best-effort coverage leaves out scripts of which V8 dropped the top-level code or counted no call
 * (Node 20 does so for some modules). The files that can be meant are few: those on the stack, the
 * main script, CommonJS modules, and whatever these import. A file counts when the function's
 * source stands in it exactly where V8 says; two that do so are no answer.
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A function's text and where it begins in its script, both from 0. */
export interface Sought {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const FILES_AT_MOST = 3000;
/** Code that is nowhere to be found comes from `eval`, perhaps again and again. */
const MISSES_AT_MOST = 20;
let misses = 0;
const SPECIFIER = /\b(?:from|import|require\()\s*["']([^"'\n]+)["']/g;

interface KnownFile {
  readonly text: string;
  imports?: readonly string[];
}

const files = new Map<string, KnownFile | undefined>();

/** The only file reachable from `starts` that has the function there; none if there are two. */
export function searchScript(sought: Sought, starts: readonly string[]): string | undefined {
  if (misses >= MISSES_AT_MOST) return undefined;
  const seen = new Set([...starts, ...commonJsFiles()]);
  const queue = [...seen];
  const hits: string[] = [];
  for (let index = 0; index < queue.length && index < FILES_AT_MOST; index++) {
    const url = queue[index]!;
    const file = readFile(url);
    if (file === undefined) continue;
    if (standsIn(file.text, url, sought)) hits.push(url);
    for (const next of (file.imports ??= importsOf(file.text, url))) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  for (const url of seen) if (!starts.includes(url)) files.delete(url);
  if (hits.length !== 1) misses++;
  return hits.length === 1 ? hits[0] : undefined;
}

/** The files of the functions that are running, innermost first. */
export function filesOnStack(): string[] {
  const prepare = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = 100;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName());
    Error.captureStackTrace(holder);
    const names = holder.stack as (string | null)[];
    const urls = names.map((name) => (name?.startsWith("/") ? pathToFileURL(name).href : name));
    return [...new Set(urls)].filter((url): url is string => url?.startsWith("file:") === true);
  } finally {
    if (prepare === undefined) delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
    else Object.defineProperty(Error, "prepareStackTrace", prepare);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function commonJsFiles(): string[] {
  const cache = Object.keys(createRequire(import.meta.url).cache);
  return cache.map((path) => pathToFileURL(path).href);
}

function readFile(url: string): KnownFile | undefined {
  if (!files.has(url)) files.set(url, open(url));
  return files.get(url);
}

function open(url: string): KnownFile | undefined {
  try {
    return { text: readFileSync(fileURLToPath(url), "utf8") };
  } catch {
    return undefined;
  }
}

function importsOf(text: string, url: string): string[] {
  const specifiers = [...text.matchAll(SPECIFIER)].map(([, specifier]) => specifier!);
  return [...new Set(specifiers.flatMap((specifier) => resolve(specifier, url)))];
}

function resolve(specifier: string, parent: string): string[] {
  if (isBuiltin(specifier)) return [];
  if (/^(?:\.{0,2}\/|file:)/.test(specifier)) {
    const { href } = new URL(specifier, parent);
    return [href, href.replace(/\.([cm]?)js$/, ".$1ts"), `${href}.ts`, `${href}.js`];
  }
  try {
    return [pathToFileURL(createRequire(parent).resolve(specifier)).href];
  } catch {
    return [];
  }
}

function standsIn(text: string, url: string, { text: source, line, column }: Sought): boolean {
  const lineStart = startOfLine(text, line);
  if (lineStart < 0) return false;
  const place = lineStart + column;
  if (/\.[cm]?ts$/.test(url)) return isStripped(text, place, source);
  const found = text.lastIndexOf(source, place);
  return found >= 0 && place < found + source.length;
}

function startOfLine(text: string, line: number): number {
  let start = 0;
  for (let count = 0; count < line; count++) {
    start = text.indexOf("\n", start) + 1;
    if (start === 0) return -1;
  }
  return start;
}

/** Whether `source`, with its types blanked out, covers the place: nothing else was moved. */
function isStripped(text: string, place: number, source: string): boolean {
  for (let start = place; start >= 0 && start > place - source.length; start--) {
    let same = 0;
    while (
      same < source.length &&
      (/\s/.test(source[same]!) || source[same] === text[start + same])
    ) {
      same++;
    }
    if (same === source.length) return true;
  }
  return false;
}
