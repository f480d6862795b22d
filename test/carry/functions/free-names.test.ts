import assert from "node:assert/strict";
import { test } from "node:test";
import { freeNames } from "#internal/carry/functions/source/free-names.js";
import { parseExpression, type SyntaxNode } from "#internal/carry/functions/source/syntax.js";

function rootOf(source: string): SyntaxNode {
  const node = parseExpression(source);
  assert.ok(node, source);
  return node;
}

const list = (names: ReadonlySet<string>): string => [...names].sort().join(" ");
const used = (source: string): string => list(freeNames(rootOf(source)).used);
const assigned = (source: string): string => list(freeNames(rootOf(source)).assigned);

const USED: readonly (readonly [source: string, free: string])[] = [
  ["(x) => x + y", "y"],
  ["(x = y, { a: b = c, [d]: e, ...f }) => x + b + e + f", "c d y"],
  ["([a, , b = a, ...c]) => [a, b, c]", ""],
  ["function f() { return f }", ""],
  ["function f() { return g(); function g() { return h } }", "h"],
  ["() => { use(later); var later; let now; { let now } }", "use"],
  ["() => { if (x) { var y = 1 } return y }", "x"],
  ["() => { { let y = 1 } return y }", "y"],
  ["() => { { function inner() {} } return inner }", "inner"],
  ["(a = b) => { var b; return a }", "b"],
  ["() => { try { a() } catch ({ b, c = d }) { b(c) } finally { e() } }", "a d e"],
  ["() => { try {} catch { a() } }", "a"],
  ["() => { for (const x of xs) use(x) }", "use xs"],
  [
    "() => { for (x of xs); for (var y in ys); for (let i = n; i < m; i++); return y }",
    "m n x xs ys",
  ],
  ["() => { switch (x) { case y: let x; } }", "x y"],
  ["() => { label: for (;;) { break label } }", ""],
  ["(o) => o.a.b[c].d?.e", "c"],
  ["() => ({ a, b: c, [d]: 1, e() { return f }, get g() { return h } })", "a c d f h"],
  ["() => `a${b}c`", "b"],
  ["() => tag`a${b}`", "b tag"],
  ["async () => { await a; for await (const b of c) yieldTo(b) }", "a c yieldTo"],
  ["function* () { yield a; yield* b }", "a b"],
  ["() => this.x", "this"],
  ["function () { return this.x + (() => this.y)() }", ""],
  ["() => [new.target, arguments]", "arguments new.target"],
  ["function () { return [new.target, arguments] }", ""],
  ["() => class extends A { [b] = c; static d = e; f() { return super.f(g) } }", "A b c e g"],
  ["class A { b() { return A } static { c() } #d = f; has(o) { return #d in o } }", "c f"],
  ["class { x = this.y; z = () => arguments0 }", "arguments0"],
  ["() => ({ a() { return super.b } })", ""],
  ["() => import('x')", ""],
  ["() => import.meta.url", ""],
  ["(x) => typeof missing === 'undefined' && x", "missing"],
  ["() => { const { [k]: v = w } = o; return v }", "k o w"],
  ["() => { ({ a, b: c.d, e: [f] = g } = h) }", "a c f g h"],
  ["() => a?.(b) ?? c", "a b c"],
];

for (const [source, free] of USED) {
  test(`the free names of ${source} are ${free === "" ? "none" : free}`, () => {
    assert.equal(used(source), free);
  });
}

test("what is assigned to is told from what is only used", () => {
  const names = (source: string): string => assigned(source);
  assert.equal(names("() => { a = b; c += d; e++; --f; g.h = i; [j, ...k] = l }"), "a c e f j k");
  assert.equal(names("() => { ({ a, b: c, d: { e } = f } = g) }"), "a c e");
  assert.equal(names("() => { for (a of b); for (c in d); }"), "a c");
  assert.equal(names("(a) => { let b; a = b = 1; (() => { b = c = 2 })() }"), "c");
  assert.equal(names("() => { a ??= b; c.d ||= e }"), "a");
});

test("private names of classes around it are found, those of classes inside are not", () => {
  const privates = (source: string): string => list(freeNames(rootOf(source)).privates);
  assert.equal(privates("(o) => o.#a + (#b in o)"), "a b");
  assert.equal(privates("() => class { #a; b(o) { return o.#a + o.#c } }"), "c");
});

test("a direct eval is noticed", () => {
  assert.equal(freeNames(rootOf("() => eval('x')")).evaluates, true);
  assert.equal(freeNames(rootOf("(eval2) => eval2('x')")).evaluates, false);
});
