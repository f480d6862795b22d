import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { UnpicklingError } from "manyhands/errors";
import { functionCarrier as carrier } from "#internal/carry/functions/carrier.js";
import type { FunctionShell, ReferenceHeader } from "#internal/carry/function-carrier.js";
import { exported, getHidden, Point } from "./program/lib.ts";
import { late } from "./program/slow.ts";
import { rebuild, sourceOf } from "./support/rebuild.ts";

const called = (shell: FunctionShell, ...args: unknown[]): unknown =>
  (shell.value as (...args: unknown[]) => unknown)(...args);

let topLevel = 1;

test("a function that captures nothing is described once", () => {
  const pure = (x: number): number => x * 2;
  assert.equal(carrier.describe(pure), carrier.describe(pure));
});

test("what Node makes promises of crosses by name", () => {
  const run = promisify(execFile);
  for (const [fn, path] of [
    [run, ["node:child_process", "execFile", "(promisify.custom)"]],
    [fs.promises.readFile, ["node:fs/promises", "readFile"]],
  ] as const) {
    const description = carrier.describe(fn);
    assert.deepEqual(description, { kind: "builtin", path });
    assert.equal(carrier.shell({ kind: "builtin", path }, {}).value, fn);
  }
});

test("a property set later is noticed all the same", () => {
  const pure = Object.assign((x: number): number => x * 2, {});
  assert.equal(sourceOf(pure).own.length, 0);
  Object.assign(pure, { later: 1 });
  assert.equal(sourceOf(pure).own.length, 1);
});

test("a rebuilt function is sent on with the values that its variables have there", () => {
  let inner = 1;
  const count = (): number[] => [++inner, ++topLevel];
  const first = rebuild(sourceOf(count));
  assert.deepEqual(called(first), [2, 2]);
  const again = sourceOf(first.value as Function);
  assert.deepEqual(again.captures, [["inner", 2]]);
  assert.deepEqual(again.environment?.captures, [["topLevel", 2]]);
  assert.deepEqual(called(rebuild(again)), [3, 3]);
  assert.deepEqual([inner, topLevel], [1, 1]);
});

test("a closure made by a rebuilt function is sent on too, with the same module scope", () => {
  const make = (a: number) => (b: number) => a + b + topLevel;
  const maker = rebuild(sourceOf(make));
  const closure = called(maker, 10) as Function;
  const description = sourceOf(closure);
  assert.deepEqual(description.captures, [["a", 10]]);
  assert.equal(description.environment?.key, sourceOf(maker.value as Function).environment?.key);
  assert.equal(called(rebuild(description), 5), 16);
});

test("a class is there before its base and its variables", () => {
  class Base {
    hello(): string {
      return "base";
    }
  }
  class Derived extends Base {
    override hello(): string {
      return `${super.hello()} ${topLevel}`;
    }
  }
  const description = sourceOf(Derived);
  assert.equal(description.heritage, Base);
  const scope = carrier.scope(description.environment!.header);
  const shell = carrier.shell(description, { scope });
  const Copy = shell.value as typeof Derived;
  shell.inherit(Base);
  scope.fill("topLevel", 7);
  assert.equal(new Copy().hello(), "base 7");
  assert.ok(new Copy() instanceof Base);
});

test("a carried function runs as the file it came from, down to the column", () => {
  const failing = (): void => {
    throw new Error("x");
  };
  const trace = (fn: () => unknown): string => {
    try {
      fn();
    } catch (error) {
      return /carrier\.test\.[jt]s:\d+:\d+/.exec(String((error as Error).stack))?.[0] ?? "";
    }
    return "";
  };
  assert.notEqual(trace(failing), "");
  class Failing {
    field = 1;

    constructor(message: string) {
      throw new Error(message);
    }
  }
  for (const fn of [failing, () => new Failing("x")]) {
    const copy = rebuild(sourceOf(fn)).value as () => unknown;
    assert.equal(trace(copy), trace(fn));
  }
  const Copy = rebuild(sourceOf(Failing)).value as typeof Failing;
  const original = trace(() => new Failing("x"));
  assert.equal(
    trace(() => new Copy("x")),
    original,
  );
});

test("an exported function goes by reference, a hidden one by way of a neighbour", () => {
  const { kind, name, via } = carrier.describe(exported) as ReferenceHeader;
  assert.deepEqual([kind, name, via], ["reference", "exported", "exported"]);
  const hidden = carrier.describe(getHidden()) as ReferenceHeader;
  assert.equal(hidden.name, "hidden");
  assert.equal(carrier.shell(hidden, {}).value, getHidden());
  assert.equal(carrier.shell(carrier.describe(Point) as ReferenceHeader, {}).value, Point);
});

test("a reference to another source is refused by the receiver", () => {
  const header = carrier.describe(exported) as ReferenceHeader;
  const changed = { ...header, hash: "other" };
  assert.throws(() => carrier.shell(changed, {}), UnpicklingError);
  assert.throws(() => carrier.shell(changed, {}), /'exported' of file:.* differs/);
  const absent = { ...header, name: "absent", via: "absent", hash: "other" };
  assert.throws(() => carrier.shell(absent, {}), /has no function 'absent'/);
});

test("a function that went out by reference returns as itself, whatever its module does", () => {
  const header = carrier.describe(late) as ReferenceHeader;
  assert.equal(carrier.shell({ ...header }, {}).value, late);
});

test("a module with top-level await is loaded by an asynchronous receiver", async () => {
  const url = new URL("./program/slow.js", import.meta.url).href;
  const header = { kind: "module", url, name: "late" } as const;
  assert.throws(() => carrier.shell(header, {}), { message: /uses top-level await/ });
  await carrier.prepare([header]);
  assert.equal(carrier.shell(header, {}).value, late);
});

test("what this Node has not is named", () => {
  assert.throws(() => carrier.shell({ kind: "builtin", path: ["Math", "absent"] }, {}), {
    name: "UnpicklingError",
    message: /has no Math\.absent/,
  });
});

test("the first assignment to a captured variable is warned about, once", async () => {
  let assigned = 0;
  await new Promise((resolve) => setImmediate(resolve));
  const warned = once(process, "warning");
  const more: Error[] = [];
  const hear = (warning: Error): unknown => more.push(warning);
  const assigning = (): number => ++assigned;
  carrier.describe(assigning);
  const [warning] = (await warned) as [Error];
  process.on("warning", hear);
  carrier.describe(assigning);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  assert.equal(warning.name, "CapturedAssignmentWarning");
  assert.match(warning.message, /'assigning' assigns to the captured variable 'assigned'.*Value/s);
  assert.deepEqual(more, []);
});

test("the main script goes by reference only when it is asked for", () => {
  const byValue = carrier.describe(inMain);
  const byReference = carrier.describe(inMain, { importMain: true });
  assert.deepEqual([byValue.kind, byReference.kind], ["source", "reference"]);
});

export function inMain(): number {
  return topLevel;
}
