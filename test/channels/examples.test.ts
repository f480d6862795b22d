import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const limit = { timeout: 60_000 };

async function output(name: string): Promise<string> {
  const script = join(packageRoot, "build", "examples", "channels", name);
  const { stdout, stderr } = await runScript(script);
  assert.equal(stderr, "");
  return stdout;
}

test("what is cooked is served, in its order", limit, async () => {
  const lines = (await output("producer-consumer.js")).trim().split("\n");
  const served = lines.filter((line) => line.startsWith("served"));
  assert.deepEqual(served, ["served soup", "served noodles", "served dumplings", "served tea"]);
  assert.equal(lines.at(-1), "all done: true 4");
});

test("the most urgent comes first, and the plate on top", limit, async () => {
  assert.equal(await output("priorities.js"), "Ben\nAda\nCleo\ntop\n");
});

test("both ends of a pipe are heard, and its end too", limit, async () => {
  const expected = "{ hello: 'from the child' }\na few bytes\n1 true ready\ntrue\n";
  assert.equal(await output("two-ends.js"), expected);
});

test("who has the key is served, and nobody else", limit, async () => {
  assert.equal(await output("calculator.js"), "2 ** 10 is 1024\ntrue\n");
});
