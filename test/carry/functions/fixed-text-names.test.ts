import assert from "node:assert/strict";
import { test } from "node:test";
import { FixedTextNames } from "#internal/carry/functions/files/fixed-text-names.js";

const isFixed = (text: string, name = "a"): boolean => new FixedTextNames(text).has(name);

test("a constant at the top level is fixed, whatever its type looks like", () => {
  for (const text of [
    "const a = 1;",
    "const a: number = 1;",
    "export const a: Map<string, () => void> = new Map();",
    "const b = 1;\nconst a = 2;",
    "const a = 1;\nfor (let a = 0; a < 3; a++) {}",
    "const a = 1;\nfunction f(a: number): number {\n  a++;\n  return a;\n}",
    "const a = 1;\nlet b = a;",
    "const a = 1;\nlet b: number = f(c, a);",
    "const $a = 1;",
  ]) {
    assert.ok(isFixed(text, text.includes("$a") ? "$a" : "a"), text);
  }
});

test("functions and classes are fixed unless something looks like an assignment", () => {
  const declared = [
    "function a(x: number): number { return x; }",
    "export async function a<T>(x: T): Promise<T> { return x; }",
    "function a(x: string): string;\nfunction a(x: unknown): unknown { return x; }",
    "export abstract class a<T> {}",
    "export default class a {}",
  ];
  const unlike = ["b.a = 1;", "if (a === b) {}", "const f = (x: number) => a;", "({ a: 1 });"];
  for (const text of declared) {
    assert.ok(isFixed(text), text);
    for (const more of unlike) assert.ok(isFixed(`${text}\n${more}`), more);
    for (const assignment of [
      "a = b;",
      "a ??= b;",
      "a **= 2;",
      "a++;",
      "--a;",
      "[a] = [b];",
      "({ a } = b);",
      "({ c: a = 1 } = b);",
      "for (a of b) {}",
      "const f = `${(a = b)}`;",
    ]) {
      assert.ok(!isFixed(`${text}\n${assignment}`), assignment);
    }
  }
});

test("what is declared otherwise, or not at all, is not fixed", () => {
  for (const text of [
    "",
    "let a = 1;",
    "var a = 1;",
    "let b = 1, a = 2;",
    "function f() {\nconst a = 1;\n}\nlet b = 1, a = 2;",
    "function f() {\nconst a = 1;\n}\nlet { c: a } = b;",
    "enum a { b }",
    "const { a } = b;",
    "// const a = 1;",
    "/*\nconst a = 1;\n*/",
    "const b = `\nconst a = 1;\n`;",
    "function f() {\n  const a = 1;\n}",
    "const a = 1;\neval(b);",
    "const a = 1;\n(eval)(b);",
    "const a = 1;\nf(`${eval(b)}`);",
  ]) {
    assert.ok(!isFixed(text), text);
  }
});
