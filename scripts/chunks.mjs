// A part of bundle.mjs: which module goes into which file.
//
// What a thread needs at its start is one file, `base`; what other children need besides is a
// second one, `child`. So a child loads that and nothing else; what it may load soon are files of
// their own. The rest goes by the folder of the sources. Folders that need each other, however
// indirectly, share a file, because files that import each other in a circle would be evaluated in
// an order that their modules did not ask for.

const BASE = "base";
const CHILD = "child";
const SHARED = "shared";
/** The program whose start is to be the shortest. */
const FIRST = "workers/thread-main.js";
/** A few lines that many need who would else load all of `child`, or of `carry`, for them. */
const FEW_LINES = ["platform/copies.js", "carry/stays-here.js"];

/** Parts that are loaded when they are first used, and that most children use. */
const SOON = ["platform/linux-process.js", "carry/functions/finding.js"];

/** Folders whose modules are needed together, as a rule; of some most is in `base` already. */
const TOGETHER = new Map(
  ["platform", "core", "sync", "channels"].map((folder) => [folder, SHARED]),
);

/**
 * The name of the chunk of each module.
 * @param {ReadonlyMap<string, readonly string[]>} imports what each module imports
 * @param {Iterable<string>} programs modules that children begin with
 */
export function assignChunks(imports, programs) {
  const base = new Set();
  for (const module of [FIRST, ...FEW_LINES]) collect(module, imports, base);
  const child = new Set(base);
  for (const program of programs) collect(program, imports, child);
  const chunks = new Map();
  for (const module of child) chunks.set(module, base.has(module) ? BASE : CHILD);
  for (const part of SOON) {
    const needed = new Set(chunks.keys());
    collect(part, imports, needed);
    const name = part.slice(part.lastIndexOf("/") + 1, -".js".length);
    for (const module of needed) if (!chunks.has(module)) chunks.set(module, name);
  }
  for (const module of imports.keys()) {
    if (!chunks.has(module)) chunks.set(module, folderChunk(module));
  }
  mergeCircles(chunks, imports);
  return chunks;
}

function collect(module, imports, found) {
  if (found.has(module)) return;
  found.add(module);
  for (const imported of imports.get(module)) collect(imported, imports, found);
}

function folderChunk(module) {
  const [folder, ...rest] = module.split("/");
  if (rest.length === 0) return BASE; // what belongs to no folder is imported by all
  return TOGETHER.get(folder) ?? folder;
}

/** What each chunk needs, directly or not. */
function needsOf(chunks, imports) {
  const direct = new Map([...new Set(chunks.values())].map((chunk) => [chunk, []]));
  for (const [module, chunk] of chunks) {
    for (const imported of imports.get(module)) direct.get(chunk).push(chunks.get(imported));
  }
  const needs = new Map();
  for (const chunk of direct.keys()) {
    const found = new Set();
    for (const next of direct.get(chunk)) if (next !== chunk) collect(next, direct, found);
    needs.set(chunk, found);
  }
  return needs;
}

function mergeCircles(chunks, imports) {
  for (;;) {
    const needs = needsOf(chunks, imports);
    const [one, other] = circle(needs) ?? [];
    if (one === undefined) return;
    for (const [module, chunk] of chunks) if (chunk === other) chunks.set(module, one);
  }
}

function circle(needs) {
  for (const [one, needed] of needs) {
    for (const other of needed) if (other !== one && needs.get(other).has(one)) return [one, other];
  }
  return undefined;
}
