import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { bareCode, blank } from "#internal/carry/functions/files/bare-code.js";

/** What is between « and » should become spaces, and nothing else. */
function check(marked: string): void {
  const parts = marked.split(/[«»]/);
  const expected = parts.map((part, index) => (index % 2 === 0 ? part : blank(part))).join("");
  assert.deepEqual(bareCode(parts.join("")), { text: expected, certain: true }, marked);
}

test("comments become spaces, and lines stay", () => {
  check("a; «// it's `one`»\nb; «/* \"two\n * three`*/» c");
  check("«#!/usr/bin/env node's»\nf(); «/**/»g()«// no end»");
  check("a «/* // */» b «// /*»\nc");
});

test("strings lose their content, and what looks like a comment in them is none", () => {
  check(`f("«// a»", '«/* b»', "«it's»", '«\\'»', "«\\\\»", ""); «// c»`);
  check('"«one \\\ntwo \\\r\nimport»" + x');
});

test("templates lose their content with the code in them", () => {
  check("`«a ' \" // b»` + c + `«\\`»` + ``");
  check("tag`«${ f(`${ { a: '}' } } }`) } ${ /* ` */ b } ' »` + c «// `»\nd");
  check("type A = `«${B}/*»`; let $ = {}; class ${ a() {} }");
});

test("quotes in regular expressions begin nothing", () => {
  check("x = /«'»/; y = /«[/\"`]»/g; z = [/«\\/`»/, /«(»/u].map((a) => /«'»/.test(a));");
  check("if (a) /«'»/.test(b); else /«\"»/.exec(c); for await (d of e) /«`»/.test(d);");
  check("function f() { return /«`»/ } /«'»/.test(g); const h = !/«'»/.test(i) && typeof /«'»/;");
  check("f(«/* a */» /«'»/, «// b»\n /«'»/); x = a / /«'»/.y; x = /«'»/ / 2 / 3; «// '»");
});

test("a division is no regular expression", () => {
  check("f(a) / 2 + '«/»' + b[0] / 3 + '«/»' + c / 4 + '«/»'");
  check("x! / 2 + '«/»' + y++ / 2 + '«/»' + 1. / 2 + '«/»' + `` / 2 + '«/»' + this / '«/»'");
  check("a.return / 2 + '«/»' + a.if(b) / 2 + '«/»' + '' «/* c */» / '«/»' + a /b «/* d */»");
});

test("behind a guess that went wrong, nothing is trusted", () => {
  for (const rest of ["'a'; /b/; `c", "x / y; (", "`a`; )", "/'/; {(}", "don't; `"]) {
    const { text, certain } = bareCode(`f("a"); // b\n${rest}\n/* import */`);
    assert.equal(certain, false, rest);
    assert.match(text, /^f\(" "\); {5}\n/);
    assert.doesNotMatch(text, /import/, rest);
  }
});

test("places stay the same in any text", () => {
  const marks = "' \" ` / * \\ ( ) { } [ ] $ ! a ${ // /* */ if(".split(" ");
  const piece = fc.constantFrom(...marks, " ", "\n", "\r\n");
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const given = pieces.join("");
      const { text } = bareCode(given);
      assert.equal(text.length, given.length);
      for (let at = 0; at < text.length; at++) {
        if (text[at] !== given[at]) assert.equal(text[at], " ");
        else if (/[\r\n]/.test(given[at]!)) assert.equal(text[at], given[at]);
      }
    }),
  );
});

test("files that nest deeply or never end are passed over in one go", () => {
  for (const part of ["`${", "(", "!", "/", "/ a\n", "/**/", "\\", "'", "x/(", "//\n"]) {
    const started = performance.now();
    bareCode(part.repeat(400_000 / part.length));
    assert.ok(performance.now() - started < 2000, part);
  }
});
