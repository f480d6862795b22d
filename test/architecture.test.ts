/**
 * The rules of the architecture that a machine can check. ARCHITECTURE.md says why they are there.
 * The length of functions is checked by the linter (`max-lines-per-function`).
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "./support/package-root.js";
import {
  findCycle,
  importsOf,
  readTree,
  type Tree,
  withoutComments,
} from "./support/source-tree.js";

const FACES =
  "threading multiprocessing queue pool futures managers asyncio subprocess sched os testing".split(
    " ",
  );

/** A module imports only from its own layer and those above it. */
const LAYERS: readonly (readonly string[])[] = [
  ["platform"],
  ["core"],
  ["sync", "carry"],
  ["channels"],
  ["workers", "crew"],
  FACES,
  ["cli"],
];
const FUNCTIONS = "src/carry/functions/";
/** Folders with parts, in which the same goes: their order, and the page that tells of it. */
const DIVIDED = [
  {
    folder: FUNCTIONS,
    parts: ["source", "modules", "files", "inspector", "rebuild", "describe"],
    page: "docs/internals/functions.md",
  },
  {
    folder: "src/channels/",
    parts: ["messages", "lanes", "queues", "connections", "sockets", "shared-data"],
    page: "docs/internals/queues.md",
  },
];
const MOST_LINES = 300;
const MOST_COLUMNS = 100;

const sources = readTree(["src"], [".ts"]);
const everything = readTree(
  ["src", "test", "bench", "examples", "scripts"],
  [".ts", ".mjs", ".js", ".cjs", ".py"],
);

/** The layer of a file; -1 for errors.ts, which everybody may import, undefined for the index. */
function layerOf(path: string): number | undefined {
  const [, folder, ...rest] = path.split("/");
  if (folder === "errors.ts") return -1;
  if (rest.length === 0) return undefined;
  const layer = LAYERS.findIndex((folders) => folders.includes(folder!));
  assert.notEqual(layer, -1, `${path} is in a folder that belongs to no layer`);
  return layer;
}

/** The part of `folder` that a file is in, by its number; what lies beside them has them all. */
function partOf(path: string, { folder, parts }: (typeof DIVIDED)[number]): number | undefined {
  if (!path.startsWith(folder)) return undefined;
  const [part, ...rest] = path.slice(folder.length).split("/");
  if (rest.length === 0) return parts.length;
  const number = parts.indexOf(part!);
  assert.notEqual(number, -1, `${path} is in no part that is known`);
  return number;
}

function isWrongWay(path: string, target: string): boolean {
  const [own, other] = [layerOf(path), layerOf(target)];
  if (own !== undefined && (other === undefined || other > own)) return true;
  return DIVIDED.some((divided) => {
    const [ownPart, otherPart] = [partOf(path, divided), partOf(target, divided)];
    return ownPart !== undefined && otherPart !== undefined && otherPart > ownPart;
  });
}

function wrongImports(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) =>
    importsOf(path, text)
      .filter(({ target }) => target.startsWith("src/") && isWrongWay(path, target))
      .map(({ target }) => `${path} imports ${target}`),
  );
}

/** The files among `tree` whose code, comments apart, has `pattern`. */
const naming = (tree: Tree, pattern: RegExp): string[] =>
  [...tree].filter(([, text]) => pattern.test(withoutComments(text))).map(([path]) => path);

const none = (faults: readonly string[], rule: string): void => assert.deepEqual(faults, [], rule);

test("a module imports only from its own layer and those above it", () => {
  none(wrongImports(sources), "imports that go the wrong way");
});

for (const { folder, parts, page } of DIVIDED) {
  test(`the parts of ${folder} are told in their order where a page explains them`, () => {
    const text = readFileSync(join(packageRoot, page), "utf8");
    const told = Array.from(text.matchAll(/^- \*\*`([\w-]+)\/`\*\*/gm), ([, part]) => part);
    assert.deepEqual(told, parts);
  });
}

test("no file imports itself over others", () => {
  assert.equal(findCycle(sources)?.join(" → "), undefined);
});

test("files have at most 300 lines, and examples fewer than 60", () => {
  const long = [...everything]
    .map(([path, text]) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ path, lines }) => lines > (path.startsWith("examples/") ? 59 : MOST_LINES));
  const found = long.map(({ path, lines }) => `${path}: ${lines}`);
  none(found, "split these");
});

test("lines have at most 100 columns", () => {
  const wide = [...everything].flatMap(([path, text]) =>
    text
      .split("\n")
      .map((line, index) => ({ where: `${path}:${index + 1}`, columns: Array.from(line).length }))
      .filter(({ columns }) => columns > MOST_COLUMNS)
      .map(({ where }) => where),
  );
  none(wide, "wrap these");
});

test("files are named in kebab-case after what they hold", () => {
  const names = [...everything.keys()].flatMap((path) => path.split("/").slice(1));
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/;
  none(
    names.filter((name) => !kebab.test(name.replaceAll("_", "-"))),
    "not kebab-case",
  );
  const vague = /^(utils?|helpers?|common|misc|shared)(\.|$)/;
  none(
    names.filter((name) => vague.test(name)),
    "names that say nothing",
  );
});

test("the global Atomics is named only in core/atomics.ts", () => {
  const others = naming(sources, /\bAtomics\b/);
  none(
    others.filter((path) => path !== "src/core/atomics.ts"),
    "use core/atomics.ts",
  );
});

test("the package for native calls is named only in the platform layer", () => {
  const others = naming(sources, /["'`]koffi["'`]/);
  none(
    others.filter((path) => !path.startsWith("src/platform/")),
    "go over platform",
  );
});

test("nothing is exported by default", () => {
  none(naming(sources, /\bexport\s+default\b|\bas\s+default\b/), "name the export");
});

test("no file has notes of work to be done", () => {
  const notes = /\b(TO[D]O|FIX[M]E|X[X]X)\b/;
  const marked = [...everything].filter(([, text]) => notes.test(text)).map(([path]) => path);
  none(marked, "do it, or leave it out");
});

test("ARCHITECTURE.md shows the same layers in the same order", () => {
  const map = readFileSync(join(packageRoot, "ARCHITECTURE.md"), "utf8");
  const rows = map.split("\n").filter((line) => /^\| \d \|/.test(line));
  const shown = rows.map((row) => Array.from(row.split("|")[2]!.matchAll(/`(\w+)`/g), (m) => m[1]));
  assert.deepEqual(shown, LAYERS);
  assert.ok(map.split("\n").length <= 250, "a map has at most 250 lines");
});

test("the rules find what they look for", () => {
  const bad: Tree = new Map([
    ["src/core/park.ts", `import { Lock } from "../sync/lock.ts"; // import "../errors.ts"`],
    ["src/sync/lock.ts", `export {\n  park,\n} from "../core/park.ts";\nAtomics.load(a, 0);`],
    ["src/sync/rlock.ts", `import type { Lock } from "./lock.ts";\nimport "../errors.ts";`],
    ["src/cli/main.ts", `const load = () => import("../sync/lock.ts");`],
    [`${FUNCTIONS}source/hash.ts`, `import type { Scope } from "../inspector/inspect.ts";`],
    [`${FUNCTIONS}inspector/inspect.ts`, `import { hash } from "../source/hash.ts";`],
  ]);
  assert.deepEqual(wrongImports(bad), [
    "src/core/park.ts imports src/sync/lock.ts",
    `${FUNCTIONS}source/hash.ts imports ${FUNCTIONS}inspector/inspect.ts`,
  ]);
  const cycle = ["src/core/park.ts", "src/sync/lock.ts", "src/core/park.ts"];
  assert.deepEqual(findCycle(bad), cycle);
  assert.deepEqual(naming(bad, /\bAtomics\b/), ["src/sync/lock.ts"]);
  const rlock = importsOf("src/sync/rlock.ts", bad.get("src/sync/rlock.ts")!);
  assert.deepEqual(rlock, [
    { target: "src/sync/lock.ts", atOnce: false },
    { target: "src/errors.ts", atOnce: true },
  ]);
});
