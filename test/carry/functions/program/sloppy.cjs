/* oxlint-disable */
// A CommonJS main script in sloppy mode. Run with "thread" or "process".
let counter = 10;
let level = 1;
const table = { rate: 0.5 };
const STEP = 2;
var added = 0;

function bump(by) {
  counter += by;
  return counter;
}

function readCounter() {
  return counter;
}

function readTable() {
  return table;
}

function alsoReadTable() {
  return [table][STEP - 2];
}

function isEven(n) {
  return n === 0 ? true : isOdd(n - 1);
}

function isOdd(n) {
  return n === 0 ? false : isEven(n - 1);
}

function stepped(n) {
  return helper(n) + STEP;
}

function helper(n) {
  return n * STEP;
}

function both() {
  return counter + level;
}

function raise() {
  level++;
  return level;
}

function fails() {
  void STEP;
  throw new Error("here");
}

function addLater(n) {
  added += n;
  return { added, counter, level };
}

async function languageCases(gives) {
  await gives(
    "this",
    function () {
      return this === globalThis;
    },
    [],
    true,
  );
  await gives("arguments", Function("a", "arguments[0] = 2; return a"), [1], 2);
  await gives(
    "arguments beside a variable",
    function (a) {
      arguments[0] = STEP;
      return a;
    },
    [1],
    2,
  );
  await gives(
    "parameters of one name",
    function (a, a) {
      return a + STEP;
    },
    [1, 5],
    7,
  );
  await gives(
    "an undeclared name",
    function () {
      undeclared = STEP;
      return delete globalThis.undeclared;
    },
    [],
    true,
  );
  await gives(
    "with",
    function (object) {
      with (object) return inside + STEP;
    },
    [{ inside: 3 }],
    5,
  );
  await gives(
    "what strict code throws at",
    function () {
      Object.freeze(table).rate = 1;
      return table.rate;
    },
    [],
    0.5,
  );
  await gives(
    "a function declared in a block",
    function () {
      {
        function declared() {
          return 010;
        }
      }
      return declared();
    },
    [],
    8,
  );
  await gives(
    "a strict function",
    function () {
      "use strict";
      return [this, STEP];
    },
    [],
    [undefined, 2],
  );
}

async function variableCases(gives) {
  const all = [readCounter, bump, both, raise];
  await gives("a function before any that assigns", readCounter, [], 10);
  await gives(
    "what one assigns and others read",
    function (read, bump, both, raise) {
      return [read(), bump(5), read(), both(), raise(), both()];
    },
    all,
    [10, 15, 15, 16, 2, 17],
  );
  await gives("variables that came later", addLater, [3], { added: 3, counter: 10, level: 1 });
  await gives("functions that need each other", isEven, [101], false);
  await gives("a function and a constant", stepped, [4], 10);
  await gives(
    "one object for two functions",
    function (one, other) {
      one().rate = 2;
      return [other().rate, one() === other()];
    },
    [readTable, alsoReadTable],
    [2, true],
  );
  await gives("an earlier one", (fn) => void (globalThis.kept = fn), [readTable], undefined);
  await gives(
    "what a later message brings",
    function (later) {
      return [later() === globalThis.kept(), globalThis.kept().rate];
    },
    [alsoReadTable],
    [true, 0.5],
  );
}

async function globalCases(gives) {
  function largest(a, b) {
    return Math.max(a, b);
  }
  function isThere() {
    return typeof comesLater;
  }
  await gives(
    "a global that is replaced and put back",
    function (largest) {
      const before = largest(1, 2);
      const { Math } = globalThis;
      globalThis.Math = { max: () => "replaced" };
      const between = largest(1, 2);
      globalThis.Math = Math;
      return [before, between, largest(1, 2)];
    },
    [largest],
    [2, "replaced", 2],
  );
  await gives(
    "a global that comes later",
    function (isThere) {
      const before = isThere();
      globalThis.comesLater = 1;
      const after = isThere();
      delete globalThis.comesLater;
      return [before, after];
    },
    [isThere],
    ["undefined", "number"],
  );
}

async function main() {
  const { cases } = await import("./report.js");
  const { gives, finish } = cases();
  // Again with everything there already.
  for (let round = 0; round < 2; round++) {
    await languageCases(gives);
    await variableCases(gives);
    await globalCases(gives);
    await gives("stepped again", stepped, [round], round * 2 + 2);
    await gives(
      "a place in this file",
      function (fails) {
        try {
          fails();
        } catch ({ stack }) {
          return /at fails \(.*sloppy\.cjs:(\d+:\d+)\)/.exec(stack)?.[1];
        }
      },
      [fails],
      "53:9",
    );
  }
  await finish();
}

void main();
