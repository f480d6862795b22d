import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const expected: Readonly<Record<string, string>> = {
  "any-function": `a captured Map: 19
recursion: 6765
a bound method: Hello, Ada
an import: node
a builtin: 3
captured values are those of the call: 50
`,
  classes: `an instance of its class there: true area 9
and here again: true area 16
private state by its own account: true 90
`,
  abort: `searching
searching
stopped after some tries: dinner is ready
stopped after some tries: dinner is ready
`,
  refused: `PicklingError target → config → .db → .socket
true no tea left tea
because of true 0 of 1
thrown in the thread
`,
};

for (const [name, output] of Object.entries(expected)) {
  test(`the example ${name} says what it should`, { timeout: 30_000 }, async () => {
    const script = join(packageRoot, "build", "examples", "carry", `${name}.js`);
    const { stdout, stderr } = await runScript(script);
    assert.equal(stdout, output, stderr);
  });
}
