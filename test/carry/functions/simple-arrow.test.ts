import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { freeNames } from "#internal/carry/functions/source/free-names.js";
import { simpleArrow } from "#internal/carry/functions/source/simple-arrow.js";
import { parseExpression } from "#internal/carry/functions/source/syntax.js";

const names = (text: string): string[] | undefined => {
  const found = simpleArrow(text);
  return found && [...found.used].sort();
};

test("plain arrow functions are understood without the parser", () => {
  assert.deepEqual(names("x => x * 2 + Math.abs(x)"), ["Math"]);
  assert.deepEqual(names("(x, y) => work(x, config.rate?.[y])"), ["config", "work"]);
  assert.deepEqual(names("() => done"), ["done"]);
  assert.deepEqual(names('(a) => a === "it\'s" ? left : right'), ["left", "right"]);
  assert.deepEqual(names("x => typeof x < limit / 2"), ["limit"]);
  assert.deepEqual(names("x => new Point(x, 1.5, .5, 0xff, 10n)"), ["Point"]);
});

test("anything else is left to the parser", () => {
  for (const text of [
    "x => { return x }",
    "x => ({ y: x })",
    "x => (y = x)",
    "x => y++",
    "x => (y += x)",
    "x => (y >>= x)",
    "x => y => x",
    "async x => x",
    "x => `${y}`",
    "x => /y/.test(x)",
    "x => x // y",
    "x => x /* y */",
    "x => this.y",
    "x => new.target",
    "() => arguments",
    "x => import('y')",
    "x => f(...x)",
    "(...x) => x",
    "(x = y) => x",
    "({ x }) => x",
    "x => a . b",
    "x => 1. + b",
    'x => "\\" + y + "',
    "x => #y in x",
    "x => größe",
    "x => delete y.z",
    "function f(x) { return x }",
    "method(x) { return x }",
  ]) {
    assert.equal(simpleArrow(text), undefined, text);
  }
});

test("what it finds is what the parser finds", () => {
  const name = fc.constantFrom("a", "b", "x", "y", "$1", "_", "newer", "inner", "typeof x", "1.5");
  const joint = fc.constantFrom(
    " + ",
    ".",
    "?.",
    " ? ",
    " : ",
    " in ",
    " instanceof ",
    ", ",
    "(",
    ")",
    "[",
    "]",
    " == ",
    " = ",
    " => ",
    "; ",
    " / ",
    "'",
    '"',
    " new ",
    "!",
    "-",
    "--",
    " < ",
    "...",
    " ",
    "\n",
    "this",
    "`",
  );
  const head = fc.constantFrom(
    "x => ",
    "(x, y) => ",
    "() => ",
    "(a,) => ",
    "x=>",
    "(x => ",
    "x) => ",
  );
  fc.assert(
    fc.property(head, fc.array(fc.oneof(name, joint), { maxLength: 9 }), (start, rest) => {
      const text = start + rest.join("");
      const simple = simpleArrow(text);
      const tree = simple && parseExpression(text);
      // No function has a text that is more than a function.
      if (simple === undefined || tree?.type !== "ArrowFunctionExpression") return;
      const exact = freeNames(tree);
      assert.deepEqual([...simple.used].sort(), [...exact.used].sort(), text);
      assert.equal(exact.assigned.size + exact.privates.size, 0, text);
    }),
    { numRuns: 30_000 },
  );
});
