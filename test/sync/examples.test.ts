import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutput } from "manyhands/subprocess";
import { packageRoot } from "../support/package-root.js";

const expected: Readonly<Record<string, string>> = {
  race: `without a lock some deposits are lost: true
with a lock: 200
`,
  tickets: "sold 20, left 0\n",
  "parking-lot": `Ann is in
Bob is in
Cid is in
Dee is in
Eve is in
never more than 2
nobody can leave twice: RangeError
`,
  bus: `off we go
2 trips, seats 0 1 2 3
alone in the bus: BrokenBarrierError, broken: true
`,
  nesting: `with an RLock: 10
a plain Lock lets its own owner in: false
`,
  deadlock: `ate
refused: left fork and right fork in a circle
[ 'ate', 'ate' ]
`,
  "two-stages": `the cook puts a dish on the counter
the waiter takes it to the table
the cook wipes the counter
`,
};

for (const [name, output] of Object.entries(expected)) {
  test(`the example ${name} says what it should`, { timeout: 60_000 }, async () => {
    const script = join(packageRoot, "build", "examples", "locks", `${name}.js`);
    const lines = await checkOutput([process.execPath, script], { text: true });
    const sorted = (text: string) => text.split("\n").sort((a, b) => a.localeCompare(b));
    // Who is refused of two who close a circle is not said.
    if (name === "deadlock") assert.deepEqual(sorted(lines), sorted(output));
    else assert.equal(lines, output);
  });
}
