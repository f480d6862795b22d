/* oxlint-disable */
// A CommonJS main script in sloppy mode with an eval. Run with "thread" or "process".
let counter = 10;
const STEP = 2;

function readCounter() {
  return counter;
}

function evaluates(text) {
  void counter;
  void STEP;
  return eval(text);
}

function bare(text) {
  return eval(text);
}

async function main() {
  const { cases } = await import("./report.js");
  const { gives, finish } = cases();
  await gives("one that reads", evaluates, ["[counter, STEP]"], [10, 2]);
  await gives("one that declares", evaluates, ["var own = 4; own + STEP"], 6);
  await gives("one beside which nothing is", bare, ["Math.max(1, 2)"], 2);
  await gives("one that asks for what was not sent", bare, ["typeof counter"], "undefined");
  for (const functions of [
    [evaluates, readCounter],
    [readCounter, evaluates],
  ]) {
    await gives(
      "one that assigns to what others read",
      function (one, other) {
        const [evaluates, read] = one.length === 1 ? [one, other] : [other, one];
        evaluates("counter = 30");
        return read();
      },
      functions,
      30,
    );
  }
  await finish();
}

void main();
