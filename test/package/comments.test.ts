import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import {
  type Declaration,
  declarationOf,
  declarationsIn,
  exportsOf,
} from "../support/declarations.js";
import { packageRoot } from "../support/package-root.js";

const { exports } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  exports: Record<string, { types?: { default: string } }>;
};
const dist = join(packageRoot, "dist");
const modules = Object.values(exports).flatMap(({ types }) => types?.default ?? []);
const exported = modules.flatMap((path) => exportsOf(join(packageRoot, path)));

const where = ({ path, name }: Declaration): string => `${relative(dist, path)}: ${name}`;

const named = ({ path }: Declaration, names: readonly string[]): Declaration[] =>
  names.flatMap((name) => declarationOf(path, name) ?? []);

/** `declaration`, and all that `next` leads to from there. */
function reached(
  declaration: Declaration,
  next: (from: Declaration) => readonly Declaration[],
  found = new Set<Declaration>(),
): Set<Declaration> {
  if (found.has(declaration)) return found;
  found.add(declaration);
  for (const one of next(declaration)) reached(one, next, found);
  return found;
}

const bases = (from: Declaration): Declaration[] => named(from, from.bases);
const basesAndOptions = (from: Declaration): Declaration[] => [
  ...bases(from),
  ...named(from, from.options),
];

/** The members that neither have a comment nor override what has one. */
function untold(declaration: Declaration): string[] {
  const told = new Set(
    [...reached(declaration, bases)].flatMap(({ members }) =>
      members.filter(({ documented }) => documented).map(({ name }) => name),
    ),
  );
  const { members } = declaration;
  return members.flatMap(({ name }) => (told.has(name) ? [] : `${where(declaration)}.${name}`));
}

test("the declarations of the package are found", () => {
  const names = new Set(exported.map(where));
  for (const name of ["threading/thread.d.cts: Thread", "asyncio/sleep.d.cts: sleep"])
    assert.ok(names.has(name), name);
  const pool = exported.find(({ name }) => name === "Pool")!;
  const members = [...reached(pool, basesAndOptions)].flatMap((one) => one.members);
  for (const name of ["applySync", "startMethod", "initializer", "chunkSize"])
    assert.ok(
      members.some((member) => member.name === name),
      name,
    );
});

test("an editor has something to tell of every public name", () => {
  const bare = exported.filter(({ documented }) => !documented).map(where);
  assert.deepEqual([...new Set(bare)], [], "comments for these");
});

test("an editor has something to tell of every public member and option", () => {
  const all = exported.flatMap((declaration) => [...reached(declaration, basesAndOptions)]);
  assert.deepEqual([...new Set(all)].flatMap(untold), [], "comments for these");
});

test("what has no comment is found, and what needs none is passed over", () => {
  const text = `/** A thing. */
export declare class Thing<T> extends Base implements Told {
    #private;
    protected hidden(): void;
    constructor(options?: ThingOptions);
    /** Its name. */
    get name(): string;
    set name(name: string);
    get size(): number;
    /**
     * Goes.
     */
    go(wait?: Wait): Promise<true>;
    go(wait: Wait | undefined): Promise<boolean>;
    stop(how: {
        now: boolean;
    }): void;
    [Symbol.dispose](): void;
    toString(): string;
}
export type Parts = Omit<Whole<string>, "a"> & Pieces & All["x"];
declare const secret: number;
`;
  const { Thing, Parts, secret } = Object.fromEntries(
    declarationsIn(join(dist, "x.d.ts"), text.split("\n")),
  );
  assert.deepEqual(untold({ ...Thing!, bases: [] }), ["x.d.ts: Thing.size", "x.d.ts: Thing.stop"]);
  assert.ok(Thing!.documented && Thing!.bases.includes("Base") && !Thing!.bases.includes("Told"));
  assert.deepEqual(Thing!.options, ["ThingOptions"]);
  assert.deepEqual(Parts!.bases, ["Whole", "Pieces"]);
  assert.ok(!Parts!.documented);
  assert.ok(!secret!.documented);
});
