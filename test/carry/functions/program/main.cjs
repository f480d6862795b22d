"use strict";
/* oxlint-disable typescript/unbound-method, typescript/no-implied-eval */
// A CommonJS main script. Run with "thread" or "process".
const { basename } = require("node:path");
const old = require("./old.cjs");
const { shown } = require("./old.cjs");

let counter = 10;
const table = { rate: 0.5 };

function bump(by) {
  counter += by;
  return counter;
}

class Animal {
  static kinds = 2;
  speak() {
    return `animal ${Animal.kinds}`;
  }
}

class Dog extends Animal {
  speak() {
    return `${super.speak()} dog`;
  }
}

async function main() {
  const [extension] = process.argv.slice(3);
  const { cases } = await import(`./report.${extension}`);
  const { gives, refuses, finish } = cases();
  await gives("an arrow", (x) => x * 2, [4], 8);
  await gives("a captured let", (x) => x + counter, [1], 11);
  await gives("a declared function", bump, [1], 11);
  await gives("the parent's variable, unchanged", () => counter, [], 10);
  await gives("captured data", () => table.rate, [], 0.5);
  await gives("a name required from Node", (s) => basename(s), ["/a/b"], "b");
  await gives("a class", () => new Dog().speak(), [], "animal 2 dog");
  await gives("an instance", (d) => d instanceof Dog, [new Dog()], true);
  await gives("a required module", (x) => old.shown(x), ["q"], "function:q:1!");
  await gives("a required name", (x) => shown(x), ["q"], "function:q:2!");
  await gives("an exported function", old.shown, ["q"], "function:q:3!");
  await gives("a hidden function", old.getHidden(), ["q"], "function:q:4");
  await gives("require", () => require("node:path").basename("/a/b"), [], "b");
  await gives("require of a file", () => typeof require("./old.cjs").shown, [], "function");
  await gives("the file's name", () => basename(__filename), [], "main.cjs");
  const sloppy = new Function("x", "return this === globalThis && x");
  await gives("a sloppy function", sloppy, [1], 1);
  await gives(
    "a local closure",
    (
      (a) => (b) =>
        a + b
    )(1),
    [2],
    3,
  );
  await refuses(
    "an arrow's this",
    (
      () => () =>
        this
    )(),
    [],
    /const self = this/,
  );
  await finish();
}

void main();
