import assert from "node:assert/strict";
import { test } from "node:test";
import { fixedIn } from "#internal/carry/functions/files/fixed-names.js";
import { parseFile } from "#internal/carry/functions/source/syntax.js";

const fixed = (text: string): string[] => [...fixedIn(parseFile(text, "script")!)].sort();

test("declarations that nothing assigns to are fixed", () => {
  assert.deepEqual(fixed("const a = 1; let b = 2; var c = 3; function d() {} class E {}"), [
    "E",
    "a",
    "b",
    "c",
    "d",
  ]);
  assert.deepEqual(fixed("const { a, b: [c = 1, ...d] } = x;"), ["a", "c", "d"]);
  assert.deepEqual(fixed("const f = (a, { b }, ...c) => a;"), ["a", "b", "c", "f"]);
  assert.deepEqual(fixed("try {} catch (e) {} for (const k of []) {}"), ["e", "k"]);
});

test("any assignment to a name, wherever it stands, makes it changing", () => {
  for (const assignment of [
    "a = 2",
    "a += 2",
    "a ??= 2",
    "a++",
    "--a",
    "[a] = []",
    "({ a } = {})",
    "({ b: [a = 1] } = {})",
    "[...a] = []",
    "() => { let a; a = 3 }",
  ]) {
    assert.deepEqual(fixed(`let a = 1; (${assignment});`), [], assignment);
  }
  assert.deepEqual(fixed("let a = 1; for (a of []) {}"), []);
  assert.deepEqual(fixed("let a = 1; for (a in {}) {}"), []);
  assert.deepEqual(fixed("for (let a = 0; a < 3; a++) {}"), []);
});

test("an import may be changed by its module", () => {
  const tree = parseFile(
    'import a, { b as c } from "x"; export const d = () => { let a; };',
    "module",
  )!;
  assert.deepEqual([...fixedIn(tree)], ["d"]);
});

test("a var is fixed only where it is given its value once", () => {
  assert.deepEqual(fixed("var a;"), []);
  assert.deepEqual(fixed("for (;;) { var a = 1; }"), []);
  assert.deepEqual(fixed("for (var a of []) {}"), []);
  assert.deepEqual(fixed("var a = 1; var a = 2;"), []);
  assert.deepEqual(fixed("function a() {} var a = 2;"), []);
});

test("a function in a block may be assigned to a variable outside", () => {
  assert.deepEqual(fixed("if (x) { function a() {} }"), []);
  assert.deepEqual(fixed("function b() { function a() {} }"), ["a", "b"]);
});

test("parameters that arguments may assign to, eval and with are never fixed", () => {
  assert.deepEqual(fixed("function f(a) { arguments[0] = 2; }"), ["f"]);
  assert.deepEqual(fixed("const a = 1; eval(text);"), []);
  assert.deepEqual(fixed("const a = 1; with (x) {}"), []);
});
