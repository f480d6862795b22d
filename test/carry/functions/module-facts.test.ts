import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { importFact, moduleFacts } from "#internal/carry/functions/files/module-facts.js";

const folder = mkdtempSync(join(tmpdir(), "manyhands-facts-"));
let files = 0;
after(() => rmSync(folder, { recursive: true }));

function write(text: string, extension = "ts"): string {
  const path = join(folder, `${++files}.${extension}`);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

/** The imports as "local = name of specifier", and the exports as "local > exported". */
function facts(text: string): string[] {
  const { imports, exports } = moduleFacts(write(text))!;
  return [
    ...[...imports].map(([local, { name, specifier }]) => `${local} = ${name} of ${specifier}`),
    ...[...exports].map(([local, exported]) => `${local} > ${exported}`),
  ];
}

const REAL = "import * as a from 'real';\nexport { b };\nconst b = 1;\n";
const FALSE = [
  "import * as a from 'false';",
  "import { a } from 'false'",
  "export { b as c };",
  "export const d = 1;",
  "export default b;",
  "const a = require('false');",
].join("\n");
const ONLY_REAL = ["a = * of real", "b > b"];

test("statements in comments and literals of TypeScript are not the file's", () => {
  const strings = FALSE.split("\n").map((line) => `f("x; ${line}", "{}${line}", /;${line}/);`);
  for (const text of [
    `/* once was:\n${FALSE}\n*/`,
    `// it's \`\n/*\n${FALSE}\n*/`,
    `const doc = \`\n${FALSE}\n\`;`,
    `const doc = \`\${f(\`\${{}}\n${FALSE}\n\`)}\n${FALSE}\n\`;`,
    `const quote = /['"\`/*]/, half = (1 + 1) / 2; /*\n${FALSE}\n*/ const x = half / 2;`,
    strings.join("\n"),
    `const continued = "\\\n${FALSE.replaceAll("\n", "\\\n")}";`,
  ]) {
    assert.deepEqual(facts(REAL + text), ONLY_REAL, text);
    assert.deepEqual(facts(`${text}\n${REAL}`), ONLY_REAL, text);
  }
});

test("statements in blocks are not the file's", () => {
  const block = FALSE.replaceAll(/^import.*\n/gm, "");
  for (const text of [
    `function f() {\n${block}\n}`,
    `const f = { async g() { h(); ${block} } };`,
    `namespace N {\n${block}\n}`,
    `function f() {\n${block}\n// then text of JSX\n<b>it's (</b> }`,
  ]) {
    assert.deepEqual(facts(REAL + text), ONLY_REAL, text);
  }
});

test("statements of TypeScript need not begin a line", () => {
  const expected = ["a = * of x", "b = c of y"];
  for (const text of [
    "#!/usr/bin/env node\n/* c */ import * as a from 'x'; import { c as b } from 'y';",
    "'use strict'; import * as a from 'x'; /* ; */ import { c as b } from 'y'",
    "import {\n  c as b, // it's (c)\n} from 'y'; import * as a /* from 'z' */\n  from 'x';",
    "\ufeff/*\n*/ import*as a from'x';import{c as b}from'y';",
    "function f() {} import * as a from 'x'; if (f) { } import { c as b } from 'y'",
  ]) {
    assert.deepEqual(facts(text).sort(), expected, text);
  }
  const declared =
    "function f() {} export { f as g }; export class C {} export default f; // it's f";
  assert.deepEqual(facts(declared), ["C > C", "f > default"]);
  assert.deepEqual(facts("'use strict'; const a = require('x'), b = 1; // c"), []);
  assert.deepEqual(facts("f(); const a = require('x'); /* c */"), ["a = * of x"]);
});

test("a default import may be named type", () => {
  assert.deepEqual(facts("import type from 'x';"), ["type = default of x"]);
  assert.deepEqual(facts("import type{ a } from 'x'; import type b from 'y';"), []);
});

test("specifiers are read as they are written", () => {
  const url = "data:text/javascript,export const a = {}; // it's";
  assert.deepEqual(facts(`import { a } from "${url}";`), [`a = a of ${url}`]);
});

test("an import is found whatever stands in it", () => {
  for (const [text, extension] of [
    ["import { a, // it's (a;\n  b } from 'x';", "ts"],
    ["import { a, // it's (a;\n  b } from 'x';", "mjs"],
    ["import { 'c' as a, b, import as d } from 'x';", "mjs"],
    ["import 'y'\nimport { a } from 'x'\nimport { b } from 'x'", "mjs"],
    ["const {\n  b,\n} = require('x');", "cjs"],
    ["let a, // it's (a;\n  b =\n    require('x')", "cjs"],
    ["const a = require('y'), b = require('x');", "cjs"],
  ] as const) {
    assert.equal(importFact(write(text, extension), "b")?.specifier, "x", text);
  }
});

test("large files are searched in little time", () => {
  for (const part of ["import a ", "const a = 1\n", "export {", "/* ; */\n", "; \n", "import ; "]) {
    const url = write(part.repeat(400_000 / part.length));
    const started = performance.now();
    importFact(url, "a");
    moduleFacts(url);
    assert.ok(performance.now() - started < 2000, part);
  }
});
