import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";
import { LIMIT } from "./warm-up.js";

async function output(name: string): Promise<string> {
  const script = join(packageRoot, "build", "examples", "managers", name);
  const { stdout, stderr } = await runScript(script);
  assert.equal(stderr, "");
  return stdout;
}

test("the tutorial's program prints what its child changed", LIMIT, async () => {
  const numbers = "[\n  5, 1, 2, 3, 4,\n  5, 6, 7, 8, 9\n]";
  const expected = `3.14\n${numbers}\n[ 'Hello' ]\nMap(1) { 1 => 2 }\n{ a: 10 }\n`;
  assert.equal(await output("tutorial.js"), expected);
});

test("a queue and an event are used by who has their proxies", LIMIT, async () => {
  assert.equal(await output("queue.js"), "served [ 'soup', 'noodles', 'tea' ]\n");
});

test("two programs share a list, and one with another key is refused", LIMIT, async () => {
  const lines = [
    "[ 'visitor 1' ]",
    "AuthenticationError",
    "[ 'visitor 1', 'visitor 2' ]",
    "the server ended with 0",
  ];
  assert.equal(await output("two-programs.js"), `${lines.join("\n")}\n`);
});
