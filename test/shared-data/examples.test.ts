import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutput } from "manyhands/subprocess";
import { packageRoot } from "../support/package-root.js";

const limit = { timeout: 60_000 };

const output = (name: string): Promise<string> =>
  checkOutput([process.execPath, join(packageRoot, "build", "examples", "shared-data", name)], {
    text: true,
  });

test("two programs meet in memory with a name", limit, async () => {
  assert.equal(await output("by-name.js"), "the other program left 1 4 9 16 25 36 49 64 81 100\n");
});

test("a value and an array are changed in shared memory", limit, async () => {
  assert.equal(
    await output("value-and-array.js"),
    `3.1415927 0 -1 -2 -3 -4 -5 -6 -7 -8 -9
[ -14, -16, -18 ]
250 4
`,
  );
});
