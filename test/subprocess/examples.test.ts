import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutput } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };

const output = (name: string): Promise<string> =>
  checkOutput([process.execPath, join(packageRoot, "build", "examples", "subprocess", name)], {
    text: true,
  });

test("list-directory shows the root", limit, async () => {
  assert.match(await output("list-directory.js"), /^total \d+\n.* usr\n/s);
});

test("pipeline counts words", limit, async () => {
  assert.equal(await output("pipeline.js"), "2 make\n2 many\n1 a\n");
});

test("conversation asks and is answered", limit, async () => {
  assert.equal(await output("conversation.js"), "6 * 7 = 42\n2 + 2 = 4\nreturn code 0\n");
});

test("failures are told apart", limit, async () => {
  assert.equal(
    await output("failures.js"),
    `it worked
not there: there is no program "no-such-program" on the PATH
failed (3): out of paper
failed (SIGKILL): 
too slow; it said "so far\\n" before
`,
  );
});

test("parallel-conversion converts every file", limit, async () => {
  const expected = "TEXT ONE\nTEXT TWO\nTEXT THREE\nTEXT FOUR\n";
  assert.equal(await output("parallel-conversion.js"), expected);
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const withPython = { ...limit, skip: hasPython ? false : "python3 is not there to talk to" };

test("another-language answers", withPython, async () => {
  assert.equal(await output("another-language.js"), "{ mean: 4, median: 2.5 }\n");
});
